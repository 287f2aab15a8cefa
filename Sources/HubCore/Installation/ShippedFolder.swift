import Foundation

/// A folder that comes with the hub: in an installation below `share/orchestratia`, in a checkout where it is kept (chat page,
/// "Settled details").
package struct ShippedFolder: Sendable {
    package static let commands = ShippedFolder(installed: "commands", kept: "commands")
    package static let agents = ShippedFolder(installed: "agents", kept: "etc/agents")
    package static let pipelines = ShippedFolder(installed: "pipelines", kept: "etc/pipelines")

    private let installed: String
    private let kept: String

    private init(installed: String, kept: String) {
        self.installed = installed
        self.kept = kept
    }

    /// Where it may lie, first choice first: the given folder alone if there is one, else `../share/orchestratia` beside the executable,
    /// else the checkout that this was built in.
    ///
    /// - Parameter executable: the path of the running program, without symbolic links.
    package func places(given: String?, executable: String) -> [String] {
        if let given { return [given] }
        let folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
        var places = [folder.deletingLastPathComponent().appendingPathComponent("share/orchestratia/\(installed)").path]
        var ancestor = folder
        while ancestor.pathComponents.count > 1 {
            if ancestor.lastPathComponent == ".build" {
                places.append(ancestor.deletingLastPathComponent().appendingPathComponent(kept).path)
                break
            }
            ancestor = ancestor.deletingLastPathComponent()
        }
        return places
    }
}

import Foundation

extension Catalogue {
    /// Where the commands may lie, first choice first (chat page, "Settled details"): the given folder alone if there is one, else
    /// `../share/orchestratia/commands` beside the executable, else `commands` of the checkout that it was built in.
    ///
    /// - Parameter executable: the path of the running program.
    package static func places(given: String?, executable: String) -> [String] {
        if let given { return [given] }
        let program = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
        let folder = program.deletingLastPathComponent()
        var places = [folder.deletingLastPathComponent().appendingPathComponent("share/orchestratia/commands").path]
        var ancestor = folder
        while ancestor.pathComponents.count > 1 {
            if ancestor.lastPathComponent == ".build" {
                places.append(ancestor.deletingLastPathComponent().appendingPathComponent("commands").path)
                break
            }
            ancestor = ancestor.deletingLastPathComponent()
        }
        return places
    }

    /// Loads the commands from the first place that exists. A template with a fault is left out, and ``faults`` says why.
    ///
    /// - Throws: ``CatalogueError``, also for a fault in a command of the hub's own: without it the hub would not be what people expect.
    package static func find(given: String?, executable: String) throws(CatalogueError) -> Catalogue {
        let places = places(given: given, executable: executable)
        var isFolder: ObjCBool = false
        guard let place = places.first(where: { FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && isFolder.boolValue })
        else {
            throw CatalogueError(
                file: places.joined(separator: ", "), rule: .missing, fault: "there is no folder with command files",
                cure: "name the folder with --commands")
        }
        let catalogue = try read(place)
        if let fault = catalogue.brokenBuiltin { throw fault }
        return catalogue
    }
}

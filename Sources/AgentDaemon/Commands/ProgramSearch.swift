import Foundation

/// Where a program lies.
package enum ProgramSearch {
    /// Where programs are looked for when there is no `PATH`.
    package static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// A name with a slash is taken as a path.
    package static func find(_ name: String, in path: String?) -> String? {
        if name.contains("/") { return isProgram(name) ? name : nil }
        for directory in (path ?? defaultPath).split(separator: ":") {
            let candidate = "\(directory)/\(name)"
            if isProgram(candidate) { return candidate }
        }
        return nil
    }

    private static func isProgram(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
            && access(path, X_OK) == 0
    }
}

import Foundation

/// The user that the daemon runs as: who sessions belong to.
package struct LoginAccount: Sendable {
    package let name: String
    package let home: String
    /// An executable that starts commands.
    package let shell: String

    /// What accounts of services have in place of a shell: it starts nothing.
    private static let refusals: Set = ["nologin", "false", "true", "sync"]

    /// - Parameter shell: of the user database. Where it starts nothing, as for many accounts of services, it is `/bin/sh`.
    package init(name: String, home: String, shell: String) {
        (self.name, self.home) = (name, home)
        let isUsable = !Self.refusals.contains((shell as NSString).lastPathComponent) && access(shell, X_OK) == 0
        self.shell = isUsable ? shell : "/bin/sh"
    }

    /// From the user database; `HOME` of the environment goes before.
    package static func current(environment: [String: String]) -> LoginAccount {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            return LoginAccount(
                name: environment["USER"] ?? "", home: environment["HOME"] ?? "/", shell: environment["SHELL"] ?? "/bin/sh")
        }
        return LoginAccount(
            name: String(cString: entry.pw_name), home: environment["HOME"] ?? String(cString: entry.pw_dir),
            shell: String(cString: entry.pw_shell))
    }

    /// The `PATH` that the login shell sets up; what we have if that fails.
    func loginPath(environment: [String: String]) async -> String {
        let fallback = environment["PATH"] ?? ProgramSearch.defaultPath
        var clean = environment.filter { !$0.key.hasPrefix("ORCHESTRATIA_") }
        clean["HOME"] = home
        let mark = "orchestratia-path:"
        var command = Command([shell, "-lc", "printf '\\n\(mark)%s\\n' \"$PATH\""], environment: clean, in: "/")
        command.limit = .seconds(5)
        guard let result = try? await command.run(), let line = result.lines.last(where: { $0.hasPrefix(mark) }) else { return fallback }
        let path = String(line.dropFirst(mark.count))
        return path.isEmpty ? fallback : path
    }
}

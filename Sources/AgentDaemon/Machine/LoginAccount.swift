import Foundation

/// The user that the daemon runs as: who sessions belong to.
package struct LoginAccount: Sendable {
    package var name: String
    package var home: String
    package var shell: String

    package init(name: String, home: String, shell: String) { (self.name, self.home, self.shell) = (name, home, shell) }

    /// From the user database; `HOME` of the environment goes before.
    package static func current(environment: [String: String]) -> LoginAccount {
        var account = LoginAccount(
            name: environment["USER"] ?? "", home: environment["HOME"] ?? "/", shell: environment["SHELL"] ?? "/bin/sh")
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil else { return account }
        account.name = String(cString: entry.pw_name)
        if environment["HOME"] == nil { account.home = String(cString: entry.pw_dir) }
        let shell = String(cString: entry.pw_shell)
        if !shell.isEmpty { account.shell = shell }
        if access(account.shell, X_OK) != 0 { account.shell = "/bin/sh" }
        return account
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

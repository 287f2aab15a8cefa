import Foundation
import WireProtocol

/// The variables that a session begins with (agent protocol, section 1.6).
struct SessionEnvironment: Sendable {
    let account: LoginAccount
    /// Of a login shell.
    let path: String
    /// What the daemon itself was started with.
    let inherited: [String: String]
    /// Where the daemon's own program lies, and `orchestratia` beside it: searched last.
    var programs = SessionEnvironment.ownFolder

    private static var ownFolder: String? {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map { ($0 as NSString).deletingLastPathComponent }
    }

    /// The variable by which processes of a session are known.
    static func tag(of session: String) -> String { "ORCHESTRATIA_SESSION_ID=\(session)" }

    private static let withheld: Set<String> = [
        "INVOCATION_ID", "JOURNAL_STREAM", "NOTIFY_SOCKET", "MAINPID", "MANAGERPID", "SYSTEMD_EXEC_PID", "LISTEN_FDS", "LISTEN_PID",
        "LISTEN_FDNAMES", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY", "TMUX", "TMUX_PANE", "STY", "COLUMNS", "LINES", "_",
        "OLDPWD", "PWD", "SHLVL",
    ]
    private static let passedOn: Set<String> = ["ORCHESTRATIA_INSECURE_TLS", "ORCHESTRATIA_TRANSFER_DIR", "ORCHESTRATIA_INSTALL_DIR"]

    /// - Parameter key: the session's own key; the machine's only where the hub knows no session keys.
    func variables(for launch: SessionLaunch, hub: String, key: String?, ports: (base: Int, count: Int)?) -> [String: String] {
        var variables = inherited.filter { name, _ in
            !Self.withheld.contains(name) && (!name.hasPrefix("ORCHESTRATIA_") || Self.passedOn.contains(name))
        }
        variables["HOME"] = account.home
        variables["USER"] = account.name
        variables["LOGNAME"] = account.name
        variables["SHELL"] = account.shell
        variables["PATH"] = programs.map { "\(path):\($0)" } ?? path
        for (name, value) in launch.environment where Self.isName(name) && !value.utf8.contains(0) { variables[name] = value }
        // From here on it is ours to say, whatever `env` held.
        variables["TERM"] = "xterm-256color"
        variables["COLORTERM"] = "truecolor"
        variables["ORCHESTRATIA_HUB_URL"] = hub
        variables["ORCHESTRATIA_API_KEY"] = key
        variables["ORCHESTRATIA_SESSION_ID"] = launch.session
        if let project = launch.project, !project.isEmpty, !project.utf8.contains(0) { variables["ORCHESTRATIA_PROJECT_ID"] = project }
        if let task = launch.task, !task.isEmpty, !task.utf8.contains(0) { variables["ORCHESTRATIA_TASK_ID"] = task }
        if let ports {
            variables["ORCHESTRATIA_PORT_BASE"] = String(ports.base)
            variables["ORCHESTRATIA_PORT_COUNT"] = String(ports.count)
        }
        return variables
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
    }

    /// The login shell; or `command` as a login shell would find it, its arguments passed on as they are. A profile may have set `PATH`
    /// anew, so the agent's own command is made sure of once more: a shell that would not find it is not a login shell itself, but
    /// begins behind one.
    func arguments(for command: [String], shell: String?) -> [String] {
        let shell = shell ?? account.shell
        let understands: Set<String> = ["sh", "bash", "dash", "ash", "ksh", "zsh"]
        let carrier = understands.contains((shell as NSString).lastPathComponent) ? shell : "/bin/sh"
        guard !command.isEmpty else {
            let script = #"command -v orchestratia >/dev/null 2>&1 && exec "$1" -l; PATH="$PATH:$0"; export PATH; exec "$1""#
            return programs.map { [carrier, "-lc", script, $0, shell] } ?? [shell, "-l"]
        }
        let script = #"command -v orchestratia >/dev/null 2>&1 || PATH="$PATH:$0"; export PATH; exec "$@""#
        return [carrier, "-lc", script, programs ?? ""] + command
    }
}

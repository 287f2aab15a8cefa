import Foundation
import HubCore

/// A tmux server of the daemon's own, so that sessions outlive the daemon and two daemons of one user do not see each other's.
///
/// It is started with an environment that holds no key and no session: what a session needs comes with the client that makes it,
/// and so never stands on a command line.
struct TmuxServer: Sendable {
    struct Pane: Hashable, Sendable {
        let session: String
        let pid: Int32
        let directory: String
        let isDead: Bool
        /// How its program ended, once it is dead.
        let status: ExitStatus?
    }

    /// Why there is no server to be had.
    enum Failure: Error, CustomStringConvertible {
        /// No tmux in the `PATH`.
        case missing
        /// It does not do what it is told: it is older than 3.3, or not of the version of the server that runs, or it took too long.
        case unusable(why: String)

        var description: String {
            switch self {
            case .missing: "there is no tmux"
            case .unusable(let why): "tmux does not work (3.3 is the least version): \(why)"
            }
        }
    }

    let program: String
    let socket: String
    let configuration: String
    let environment: [String: String]

    /// `orc-` and the first 12 characters of the session's id (agent protocol, section 6.3).
    static func name(of session: String) -> String { "orc-" + session.prefix(12) }

    private static let settings = """
        set -s exit-empty off
        set -s escape-time 10
        set -s set-clipboard off
        set -g status off
        set -g prefix None
        set -g prefix2 None
        set -g mouse off
        set -g history-limit 20000
        set -g default-terminal "tmux-256color"
        set -ga terminal-overrides ",xterm-256color:Tc:smcup@:rmcup@"
        set -g window-size latest
        set -g remain-on-exit on
        set -g remain-on-exit-format ""
        unbind-key -q -a -T prefix
        unbind-key -q -a -T root

        """

    /// The name of the socket of a daemon's server.
    static func socket(of stateDirectory: String) -> String {
        "orc-\(TextFingerprint.of((stateDirectory as NSString).standardizingPath))"
    }

    /// Starts the server, unless it runs.
    static func start(path: String, stateDirectory: String, account: LoginAccount) async throws(Failure) -> TmuxServer {
        guard let program = ProgramSearch.find("tmux", in: path) else { throw .missing }
        var environment = ["HOME": account.home, "USER": account.name, "LOGNAME": account.name, "SHELL": account.shell, "PATH": path]
        environment["TERM"] = "xterm-256color"
        environment["LC_ALL"] = "C.UTF-8"
        environment["TMUX_TMPDIR"] = ProcessInfo.processInfo.environment["TMUX_TMPDIR"]
        let server = TmuxServer(
            program: program, socket: socket(of: stateDirectory), configuration: "\(stateDirectory)/tmux.conf", environment: environment)
        do {
            try await Disk.perform { try PrivateFile.write(Array(settings.utf8), to: server.configuration) }
            // The second also when it ran before, with the settings of an older daemon.
            for arguments in [["start-server"], ["source-file", server.configuration]] {
                let result = try await server.run(arguments)
                guard result.isSuccess else { throw Failure.unusable(why: result.explanation) }
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .unusable(why: "\(error)")
        }
        return server
    }

    func run(_ arguments: [String], environment: [String: String]? = nil, in directory: String = "/") async throws(Command.Failure)
        -> Command.Result
    {
        try await Command(
            [program, "-u", "-L", socket, "-f", configuration] + arguments, environment: environment ?? self.environment, in: directory
        ).run()
    }

    /// - Returns: the process of the session's only pane.
    func newSession(_ name: String, _ launch: PseudoTerminal.Launch) async throws -> Int32 {
        // Each pattern of this option takes one variable over from the client, so every name has to be there; what the values are
        // stands nowhere.
        let names = launch.environment.keys.filter(Self.isPlain).sorted().joined(separator: " ")
        let result = try await run(
            [
                "set-option", "-g", "update-environment", names, ";", "new-session", "-d", "-P", "-F", "#{pane_pid}", "-s", name, "-x",
                String(launch.size.columns), "-y",
                String(launch.size.rows), "-c", Self.literal(launch.directory), "--",
            ] + launch.arguments.map(Self.literal), environment: launch.environment, in: launch.directory)
        guard result.isSuccess, let pid = Int32(result.text) else { throw Command.Failure.failed("tmux", why: result.errors) }
        return pid
    }

    /// tmux takes a semicolon at the end of an argument for the end of a command.
    private static func literal(_ argument: String) -> String {
        argument.hasSuffix(";") ? argument.dropLast() + "\\;" : argument
    }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
    }

    /// What is there; empty if the server does not run, or holds nothing.
    ///
    /// - Throws: where tmux does not say what it holds, which does not mean that it holds nothing.
    func panes() async throws(Command.Failure) -> [Pane] {
        let format = ["session_name", "pane_pid", "pane_dead", "pane_dead_status", "pane_dead_signal", "pane_current_path"]
            .map { "#{\($0)}" }.joined(separator: "\u{1F}")
        let result = try await run(["list-panes", "-a", "-F", format])
        if result.isSuccess { return result.lines.compactMap(Self.pane) }
        if Self.isNoServer(result) { return [] }
        // Without any session the command fails for want of one that it could be about.
        let sessions = try await run(["list-sessions"])
        guard Self.isNoServer(sessions) || sessions.isSuccess && sessions.text.isEmpty else {
            throw .failed("tmux", why: result.explanation)
        }
        return []
    }

    private static func isNoServer(_ result: Command.Result) -> Bool {
        result.errors.hasPrefix("no server running on ")
            || result.errors.hasPrefix("error connecting to ") && result.errors.contains("(No such file or directory)")
    }

    static func pane(_ line: String) -> Pane? {
        // tmux writes control characters of a format as octal escapes where the locale forbids them.
        let fields = line.replacingOccurrences(of: "\\037", with: "\u{1F}")
            .split(separator: "\u{1F}", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6, fields[0].hasPrefix("orc-"), let pid = Int32(fields[1]) else { return nil }
        let status = Int32(fields[4]).map(ExitStatus.signalled) ?? Int32(fields[3]).map(ExitStatus.exited)
        return Pane(session: fields[0], pid: pid, directory: fields[5], isDead: fields[2] == "1", status: status)
    }

    func pane(of session: String) async throws(Command.Failure) -> Pane? { try await panes().first { $0.session == session } }

    /// The program that shows the session on a terminal.
    func attachment(to session: String, size: WindowSize) -> PseudoTerminal.Launch {
        PseudoTerminal.Launch(
            arguments: [program, "-u", "-L", socket, "-f", configuration, "attach-session", "-t", "=\(session)"], environment: environment,
            directory: "/", size: size)
    }

    func kill(_ session: String) async {
        // Gone already, or it goes with the server.
        _ = try? await run(["kill-session", "-t", "=\(session)"])
    }

    /// The screen, and `history` lines above it (all of them: `nil`).
    func lines(of session: String, history: Int?) async -> [String]? {
        let start = history.map { $0 == 0 ? "0" : "-\($0)" } ?? "-"
        guard let result = try? await run(["capture-pane", "-p", "-t", "=\(session):", "-S", start]), result.isSuccess else { return nil }
        var lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.allSatisfy({ $0 == " " }) ?? false { lines.removeLast() }
        return lines
    }

    /// For tests, and for who wants all sessions gone.
    func stop() async { _ = try? await run(["kill-server"]) }
}

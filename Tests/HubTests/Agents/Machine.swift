import Foundation
import HubCore
import HubTesting

import class HubCore.Locked

/// A machine with the real agent daemon as a process of its own, in a home of its own: stopped, continued, and killed without warning.
final class Machine {
    let name: String
    let home: String
    private var environment: [String: String]
    private var process: Process?
    private let printed = Locked("")

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameters:
    ///   - tmux: whether sessions survive the daemon.
    ///   - repository: the one that it has; what of it is in use lies in a folder of that name in ``home``.
    ///   - environments: which it has.
    ///   - agents: programs that this machine has, by name: shell scripts.
    ///   - extra: more of the daemon's environment.
    ///   - prepare: what else lies there before it is registered.
    init(
        _ name: String, token: String, tmux: Bool, slots: Int, repository: String = "web", environments: [String] = [],
        configuration: String, agents: [String: String], environment extra: [String: String] = [:],
        prepare: (_ home: String) async throws -> Void = { _ in }
    ) async throws {
        (self.name, home) = (name, "/tmp/m-\(UUID().uuidString.prefix(8))")
        for folder in ["bin", "tmp", repository] {
            try FileManager.default.createDirectory(atPath: "\(home)/\(folder)", withIntermediateDirectories: true)
        }
        for (program, script) in agents {
            try Data("#!/bin/sh\n[ \"${1:-}\" = --version ] && exec echo 1.0\n\(script)".utf8)
                .write(to: URL(fileURLWithPath: "\(home)/bin/\(program)"))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(home)/bin/\(program)")
        }
        // A login shell sets PATH anew.
        try Data("PATH=$HOME/bin:$PATH; PS1='$ '; export PATH PS1\n".utf8).write(to: URL(fileURLWithPath: home + "/.profile"))
        let text = """
            server_name: \(name)
            repos: {\(repository): '\(home)/\(repository)'}
            sessions: {tmux: \(tmux), shell: /bin/sh, minimum_free_mb: 0, reserve_mb: 0}
            agent: {slots: \(slots), environments: [\(environments.joined(separator: ", "))], state_directory: '\(home)/state'}
            ports: {first: \(Int.random(in: 33...50) * 1000)}
            \(configuration)
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: home + "/agent.yaml"))
        environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ORCHESTRATIA_") && !$0.key.hasPrefix("TMUX") }
            .merging([
                "HOME": home, "TMPDIR": home + "/tmp", "TMUX_TMPDIR": home, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "",
            ]) { $1 }
            .merging(extra) { $1 }
        try await prepare(home)
        let registration = try await daemon("--register", token)
        guard registration.status == 0 else { throw Failed(description: registration.error) }
    }

    deinit {
        if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) }
        TmuxServers(folder: home).end()
        try? FileManager.default.removeItem(atPath: home)
    }

    static var hasTmux: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux") }

    private static var program: String { HubProgram.path.replacing(/orchestratia-hub$/, with: "orchestratia-agent") }
    static var commandLine: String { HubProgram.path.replacing(/orchestratia-hub$/, with: "orchestratia") }

    var pid: Int32 { process?.processIdentifier ?? 0 }
    /// For what is started from now on.
    func set(_ name: String, to value: String) { environment[name] = value }
    func trusts(_ certificate: String) { set("SSL_CERT_FILE", to: certificate) }

    /// Puts a line on top of the configuration.
    func configure(_ line: String) throws {
        let path = home + "/agent.yaml"
        try Data((line + "\n" + String(contentsOfFile: path, encoding: .utf8)).utf8).write(to: URL(fileURLWithPath: path))
    }

    /// What the daemon has said since it was started last, for who looks for faults.
    var log: String { printed.withLock { $0 } }
    /// The key that it was registered with.
    var key: String {
        let text = (try? String(contentsOfFile: home + "/agent.yaml", encoding: .utf8)) ?? ""
        return String(text.firstMatch(of: /api_key:\s*['"]?([^\s'"]+)/)?.1 ?? "")
    }

    /// Starts the daemon, and returns once the hub has welcomed it.
    ///
    /// - Parameter mark: what it says instead when it is as far as it is to come.
    func start(until mark: String = "connected to the hub") async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = ["--config", home + "/agent.yaml", "--verbose"]
        process.environment = environment
        printed.withLock { $0 = "" }
        let pipe = Pipe.own()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.start()
        self.process = process
        let printed = self.printed
        var said = ""
        let limit = process.killed(for: "not said “\(mark)”")
        defer { limit.cancel() }
        for await text in ProgramOutput.texts(of: pipe, keep: { text in printed.withLock { $0 += text } }) {
            said += text
            if said.contains(mark) { return }
        }
        throw Failed(description: "the daemon ended before it said “\(mark)”: \(said)")
    }

    func signal(_ number: Int32) {
        // To process 0 would be to all of us.
        if let process { kill(process.processIdentifier, number) }
    }

    func killWithoutWarning() async {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        await process.ended()
        self.process = nil
    }

    /// Asks it to stop, and returns its exit code.
    func stop() async -> Int32 {
        guard let process else { return 0 }
        process.terminate()
        let status = await process.ended()
        self.process = nil
        return status
    }

    /// Runs `orchestratia` as a person does who is logged in on this machine, or as a session does with its `environment`.
    func run(_ arguments: [String], environment extra: [String: String] = [:], input: String = "") async throws -> FinishedProgram {
        try await finish(Self.commandLine, arguments, extra, input)
    }

    /// Runs a subcommand of the daemon with this machine's configuration.
    func daemon(_ arguments: String...) async throws -> FinishedProgram {
        try await finish(Self.program, arguments + ["--config", home + "/agent.yaml"], [:], "")
    }

    private func finish(
        _ program: String, _ arguments: [String], _ extra: [String: String], _ input: String
    ) async throws -> FinishedProgram {
        try await FinishedProgram.run(program, arguments, environment: environment.merging(extra) { $1 }, input: input)
    }
}

/// What the kernel says of a process.
enum ProcessFacts {
    static func isAlive(_ pid: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")") else {
            return false
        }
        let state = stat[end...].dropFirst(2).first
        return state != "Z" && state != "X"
    }

    /// Resident memory in MiB.
    static func memory(of pid: Int32) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        return (status.firstMatch(of: /VmRSS:\s+(\d+)/).flatMap { Int($0.1) } ?? 0) / 1024
    }
}

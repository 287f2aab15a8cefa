import Foundation
import HubCore

import class HubCore.Locked

/// A machine with the real agent daemon as a process of its own, in a home of its own: stopped, continued, and killed without warning.
final class Machine {
    let name: String
    let home: String
    private let environment: [String: String]
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
    init(
        _ name: String, token: String, tmux: Bool, slots: Int, repository: String = "web", environments: [String] = [],
        configuration: String, agents: [String: String]
    ) throws {
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
            ports: {first: \(Int.random(in: 30...50) * 1000)}
            \(configuration)
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: home + "/agent.yaml"))
        environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ORCHESTRATIA_") && !$0.key.hasPrefix("TMUX") }
            .merging([
                "HOME": home, "TMPDIR": home + "/tmp", "TMUX_TMPDIR": home, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "",
            ]) { $1 }
        let registration = Process()
        registration.executableURL = URL(fileURLWithPath: Self.program)
        registration.arguments = ["--config", home + "/agent.yaml", "--register", token]
        registration.environment = environment
        let errors = Pipe()
        registration.standardError = errors
        registration.standardOutput = FileHandle.nullDevice
        try registration.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        registration.waitUntilExit()
        guard registration.terminationStatus == 0 else { throw Failed(description: String(decoding: said, as: UTF8.self)) }
    }

    deinit {
        if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) }
        let sockets = "\(home)/tmux-\(getuid())"
        for socket in (try? FileManager.default.contentsOfDirectory(atPath: sockets)) ?? [] {
            let tmux = Process()
            tmux.executableURL = URL(fileURLWithPath: "/usr/bin/tmux")
            tmux.arguments = ["-S", "\(sockets)/\(socket)", "kill-server"]
            (tmux.standardOutput, tmux.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
            // Where it cannot be run there is no server either.
            if (try? tmux.run()) != nil { tmux.waitUntilExit() }
        }
        try? FileManager.default.removeItem(atPath: home)
    }

    static var hasTmux: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux") }

    private static var program: String { HubProgram.path.replacing(/orchestratia-hub$/, with: "orchestratia-agent") }
    static var commandLine: String { HubProgram.path.replacing(/orchestratia-hub$/, with: "orchestratia") }

    var pid: Int32 { process?.processIdentifier ?? 0 }
    /// What the daemon has said, for who looks for faults.
    var log: String { printed.withLock { $0 } }
    /// The key that it was registered with.
    var key: String {
        let text = (try? String(contentsOfFile: home + "/agent.yaml", encoding: .utf8)) ?? ""
        return String(text.firstMatch(of: /api_key:\s*['"]?([^\s'"]+)/)?.1 ?? "")
    }

    /// Starts the daemon, and returns once the hub has welcomed it.
    func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = ["--config", home + "/agent.yaml", "--verbose"]
        process.environment = environment
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let printed = self.printed
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let text = String(decoding: handle.availableData, as: UTF8.self)
            if text.isEmpty {
                handle.readabilityHandler = nil
                continuation.finish()
            } else {
                printed.withLock { $0 += text }
                continuation.yield(text)
            }
        }
        try process.run()
        self.process = process
        var said = ""
        for await text in lines {
            said += text
            if said.contains("connected to the hub") { return }
        }
        throw Failed(description: "the daemon ended before it was connected: \(said)")
    }

    func signal(_ number: Int32) { kill(pid, number) }

    func killWithoutWarning() {
        kill(pid, SIGKILL)
        process?.waitUntilExit()
        process = nil
    }

    /// Asks it to stop, and returns its exit code.
    func stop() -> Int32 {
        guard let process else { return 0 }
        process.terminate()
        process.waitUntilExit()
        self.process = nil
        return process.terminationStatus
    }

    /// Runs `orchestratia` as a person does who is logged in on this machine, or as a session does with its `environment`.
    func run(_ arguments: [String], environment extra: [String: String]) async throws -> HubProgram.Output {
        let process = Process()
        let (standard, error) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: Self.commandLine)
        process.arguments = arguments
        process.environment = environment.merging(extra) { $1 }
        (process.standardOutput, process.standardError) = (standard, error)
        try process.run()
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                let output = String(decoding: standard.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                let errors = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                continuation.resume(returning: HubProgram.Output(status: process.terminationStatus, standard: output, error: errors))
            }
        }
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

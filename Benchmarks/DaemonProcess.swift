import Foundation

/// The real agent daemon as a process of its own, in a home of its own, connected to a hub.
final class DaemonProcess {
    private let home: String
    private let process = Process()

    /// Returns when the hub has welcomed it.
    ///
    /// - Parameter name: of the server.
    init(_ name: String, on hub: HubProcess) throws {
        home = NSTemporaryDirectory() + "/orchestratia-bench-agent-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let configuration = """
            server_name: \(name)
            sessions: {tmux: false, shell: /bin/sh, minimum_free_mb: 0, reserve_mb: 0}
            agent: {slots: 4, state_directory: '\(home)/state'}
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: home + "/agent.yaml"))
        let registration = try start(Process(), ["--register", ControlConnection(hub).registrationToken()], errors: home + "/register.log")
        registration.waitUntilExit()
        guard registration.terminationStatus == 0 else {
            throw HubProcess.Failed(description: Machine.contents(home + "/register.log"))
        }
        try start(process, ["--verbose"], errors: home + "/agent.log")
        let deadline = ContinuousClock.now + .seconds(30)
        while !Machine.contents(home + "/agent.log").contains("connected to the hub") {
            guard process.isRunning, ContinuousClock.now < deadline else {
                throw HubProcess.Failed(description: "the daemon did not connect: \(Machine.contents(home + "/agent.log"))")
            }
            usleep(20_000)
        }
    }

    @discardableResult
    private func start(_ process: Process, _ arguments: [String], errors: String) throws -> Process {
        process.executableURL = URL(fileURLWithPath: HubProcess.program("orchestratia-agent"))
        process.arguments = ["--config", home + "/agent.yaml"] + arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ORCHESTRATIA_") && !$0.key.hasPrefix("TMUX") }
            .merging(["HOME": home, "TMPDIR": home, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""]) { $1 }
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        (process.standardError, process.standardOutput) = (FileHandle(forWritingAtPath: errors), FileHandle.nullDevice)
        try process.run()
        return process
    }

    /// Processor time used so far, in seconds.
    var processorTime: Double { HubProcess.processorTime(of: process.processIdentifier) }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        // A temporary folder that stays does no harm.
        try? FileManager.default.removeItem(atPath: home)
    }
}

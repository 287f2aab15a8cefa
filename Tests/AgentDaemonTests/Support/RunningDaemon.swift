import Foundation
import HTTPClient
import HubCore
import Logging

@testable import AgentDaemon

/// A home of its own for a daemon, removed with what tmux keeps for it.
struct DaemonHome: Sendable {
    let path: String

    static func lend<Value>(_ body: (DaemonHome) async throws -> Value) async throws -> Value {
        let home = DaemonHome(path: "/tmp/orc-test-\(UUID().uuidString.prefix(8).lowercased())")
        try FileManager.default.createDirectory(atPath: home.path, withIntermediateDirectories: true)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(home))
        } catch {
            result = .failure(error)
        }
        // In a task of its own: what is left by a test that took too long, and is cancelled, is put away like anything else.
        await Task {
            let socket = "orc-\(TextFingerprint.of(home.state))"
            _ = try? await Command(["tmux", "-L", socket, "kill-server"]).run()
            try? FileManager.default.removeItem(atPath: home.path)
        }.value
        return try result.get()
    }

    var state: String { path + "/state" }
    var file: String { path + "/config.yaml" }
    var environment: [String: String] {
        ["HOME": path, "PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": path, "LANG": "C.UTF-8", "ORCHESTRATIA_API_KEY": "machine-secret"]
    }

    func configure(hub: String, _ more: String = "") throws {
        let text = """
            hub_url: \(hub)/
            api_key: orc_machine_key_123
            server_name: test
            agent: {state_directory: \(state)}
            \(more)
            """
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    func configuration() throws -> AgentConfiguration {
        try AgentConfiguration(ConfigurationFile(path: file), environment: environment, home: path)
    }

    /// Runs a daemon for the time of `body`.
    func run<Value>(
        times: SessionTimes = .short, memory: SystemGauges.Memory? = SystemGauges.Memory.current,
        _ body: (AgentDaemon) async throws -> Value
    ) async throws -> Value {
        let configuration = try configuration()
        let transport = try AgentDaemon.transport(configuration, environment: environment)
        var log = Logger(label: "test")
        log.logLevel = .error
        let daemon = try await AgentDaemon(
            configuration, file: file, transport: transport, environment: environment, temporary: path, adoptsOrphans: false, times: times,
            memory: { memory }, log: log)
        let running = Task { await daemon.run() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(daemon))
        } catch {
            result = .failure(error)
        }
        await Task {
            await daemon.stop()
            await running.value
            await transport.shutdown()
        }.value
        return try result.get()
    }
}

extension SessionTimes {
    /// For tests: the same rules with less patience.
    static var short: SessionTimes {
        var times = SessionTimes()
        times.afterEscape = .milliseconds(100)
        times.quiet = .milliseconds(500)
        times.look = .milliseconds(50)
        times.promptQuiet = .milliseconds(200)
        times.screen = .milliseconds(100)
        times.tmuxLook = .milliseconds(100)
        return times
    }
}

/// A session id as the hub makes them.
func newSession() -> String { UUID().uuidString.lowercased() }

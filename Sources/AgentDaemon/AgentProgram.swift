import CPty
import Foundation
import HTTPClient
import HubCore
import Logging
import UnixSignals

/// What the program `orchestratia-agent` does, without its command line.
package struct AgentProgram: Sendable {
    package let path: String
    package let environment: [String: String]
    private let home: String

    /// - Parameter path: of the configuration; `nil`: the default place.
    package init(path: String?, environment: [String: String]) {
        self.environment = environment
        home = LoginAccount.current(environment: environment).home
        self.path = path ?? ConfigurationFile.defaultPath(home: home, isRoot: getuid() == 0) { FileManager.default.fileExists(atPath: $0) }
    }

    private func load() throws -> (file: ConfigurationFile, configuration: AgentConfiguration) {
        let file = try ConfigurationFile(path: path)
        return (file, try AgentConfiguration(file, environment: environment, home: home))
    }

    /// Registers with a token that a person has given, and ends.
    package func register(token: String) async throws {
        var file = try ConfigurationFile(path: path)
        try Register.prepare(&file, token: token)
        try await register()
    }

    private func register() async throws {
        let loaded = try load()
        var file = loaded.file
        let (environment, configuration) = (self.environment, loaded.configuration)
        let transport = try AgentDaemon.transport(configuration, environment: environment)
        let result: Result<Void, any Error>
        do {
            try await Register(transport: transport) { await AgentDaemon.systemInfo(configuration, environment: environment) }
                .run(&file, configuration)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        try result.get()
    }

    /// Serves until SIGTERM or SIGINT; registers first if there is a token and no key yet.
    package func serve(log: Logger) async throws {
        var (file, configuration) = try load()
        if configuration.apiKey == nil && configuration.registrationToken != nil {
            try await register()
            (file, configuration) = try load()
        }
        let lock = try StateLock(configuration.stateDirectory)
        let transport = try AgentDaemon.transport(configuration, environment: environment)
        let daemon = try await AgentDaemon(
            configuration, file: file.path, transport: transport, environment: environment, temporary: temporary, adoptsOrphans: true,
            log: log)
        // In force once this returns: what comes from here on is heard, however soon.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let running = Task { await daemon.run() }
        log.notice("the agent runs", metadata: ["hub": "\(configuration.hub)", "name": "\(configuration.serverName)"])
        _ = await signals.first { _ in true }
        log.notice("the agent stops")
        // A peer or a disk that hangs must not hold up the end: tmux and the records on disk are safe as they are.
        let limit = Task {
            try await Task.sleep(for: .seconds(5))
            Foundation.exit(0)
        }
        await daemon.stop()
        // It may be waiting for a hub that does not answer a new connection.
        running.cancel()
        await transport.shutdown()
        await running.value
        limit.cancel()
        lock.release()
    }

    private var temporary: String {
        var folder = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        while folder.count > 1 && folder.hasSuffix("/") { folder.removeLast() }
        return folder
    }

    /// What stands in the worktrees, a line each; removes those that hold nothing of their own if it `cleans`.
    package func worktrees(cleans: Bool) async throws -> [String] {
        let (_, configuration) = try load()
        let findings = try await Worktrees(configuration).sweep(isDryRun: !cleans)
        if findings.isEmpty { return ["There are no worktrees."] }
        return findings.map { "\($0.tree.path) (\($0.tree.branch)): \($0.finding)" }
    }
}

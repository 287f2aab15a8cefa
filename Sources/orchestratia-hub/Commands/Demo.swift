import ArgumentParser
import Cryptography
import Foundation
import HTTPClient
import HubCore
import HubService
import TelegramBot

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try the hub with a simulated Telegram: no account, no token, nothing kept.",
        discussion: """
            Starts a hub on a temporary database, a Telegram of its own with a chat page, and an agent that plans, asks a question, works, \
            and fails once. With --script a whole conversation plays itself, and the program ends.
            """)

    @Flag(help: "Play a conversation by itself as a transcript, and exit.")
    var script = false

    @Option(help: ArgumentHelp("Where the chat page listens; the system chooses if it is not given.", valueName: "n"))
    var port = 0

    @Option(help: ArgumentHelp("The folder with the chat commands.", valueName: "dir"))
    var commands: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel = "error"

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port: expected a number up to 65535, not \(port)") }
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("orchestratia-demo-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let telegram: DemoTelegram
        do {
            telegram = try await DemoTelegram.start(port: port)
        } catch {
            throw Failure("the chat page cannot listen on port \(port): \(error). Choose another with --port")
        }
        var hub = HubConfiguration()
        hub.listen = ListenAddress(host: "127.0.0.1", port: 0)
        hub.database = folder + "/hub.db"
        hub.commands = commands
        hub.botTokens = [Secret(telegram.bot.token)]
        hub.telegramAPI = telegram.simulator.url
        hub.telegramFiles = telegram.simulator.url + "/file"
        hub.telegramLimits = .none
        if let level = HubConfiguration.logLevel(logLevel) { hub.logLevel = level }

        let code = SecretToken.random()
        let pace: Duration = script ? .milliseconds(50) : .milliseconds(1500)
        let isScript = script
        do {
            try await RunningHub.run(hub) { running in
                try await Self.play(running, telegram, code, pace: pace, isScript: isScript)
            } whenServing: { running in
                try await running.hub.run(MakePairingCode(code), as: .hub)
            }
        } catch {
            await telegram.simulator.shutdown()
            throw error
        }
        await telegram.simulator.shutdown()
    }

    /// The agent works beside the story; the story's end is the demo's.
    private static func play(
        _ running: RunningHub, _ telegram: DemoTelegram, _ code: SecretToken, pace: Duration, isScript: Bool
    ) async throws {
        let transport = try CurlMultiLoop()
        let agent = ScriptedAgent(hubURL: running.url, transport: transport, pace: pace, log: running.log)
        guard case .done(let token) = await running.operations.perform(.registrationToken(project: "default", seconds: 3600)) else {
            throw Failure("the demo's agent got no registration token")
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await agent.run(registrationToken: token, name: "demo-server") }
                group.addTask {
                    if isScript {
                        try await DemoScript(telegram: telegram).play(pairingCode: code.secret.revealed)
                    } else {
                        try await open(telegram, code, running)
                        try await Task.sleep(for: .seconds(Int64.max >> 8))
                    }
                }
                // The agent ends only by an error, the story when it is told.
                try await group.next()
                group.cancelAll()
            }
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
    }

    private static func open(_ telegram: DemoTelegram, _ code: SecretToken, _ running: RunningHub) async throws {
        try await telegram.simulator.send("/start \(code.secret.revealed)", from: telegram.ada, to: telegram.bot)
        printLine(
            """

            Open the chat:   \(telegram.simulator.url)/

            You are Ada, the hub's administrator; at the left you can switch to Grace, whom the hub does not know yet.
            Try:  /new Fix the login redirect !plan     then approve the plan by its button and answer the question
                  /new Refuse expired cards             fails at the first attempt: press Retry
                  /help

            The hub's REST interface: \(running.url)/api/v1/health
            Stop with Ctrl-C; nothing is kept.
            """)
    }
}

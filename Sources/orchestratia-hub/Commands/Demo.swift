import ArgumentParser
import Cryptography
import Foundation
import HubCore
import HubService

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try the hub with a simulated Telegram: no account, no token, nothing kept.",
        discussion: """
            Starts a hub on a temporary database, a Telegram of its own with a chat page, and a server \
            with the real agent daemon, in whose terminals an agent plans, asks a question, works, and fails once. With --script a whole conversation plays itself, and the program ends.
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
        let machine = try DemoMachine(in: folder, programs: HubConfiguration.programFolder)
        hub.agents = try machine.prepare(pace: script ? 0.05 : 1.5)
        if let level = HubConfiguration.logLevel(logLevel) { hub.logLevel = level }

        let code = SecretToken.random()
        let isScript = script
        do {
            try await RunningHub.run(hub) { running in
                try await Self.play(running, telegram, code, machine, isScript: isScript)
            } whenServing: { running in
                try await running.hub.run(MakePairingCode(code), as: .hub)
            }
        } catch {
            await telegram.simulator.shutdown()
            throw error
        }
        await telegram.simulator.shutdown()
    }

    /// The machine works beside the story; the story's end is the demo's.
    private static func play(
        _ running: RunningHub, _ telegram: DemoTelegram, _ code: SecretToken, _ machine: DemoMachine, isScript: Bool
    ) async throws {
        guard let project = try await running.hub.project(named: "default") else { throw Failure("the demo's hub has no project") }
        try await running.hub.run(ChangeProject(project.id, agent: DemoMachine.profile), as: .hub)
        guard case .done(let token) = await running.operations.perform(.registrationToken(project: "default", seconds: 3600)) else {
            throw Failure("the demo's machine got no registration token")
        }
        try await machine.register(with: token)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await machine.run() }
            group.addTask {
                try await waitForMachine(in: project, of: running.hub)
                if isScript {
                    try await DemoScript(telegram: telegram).play(pairingCode: code.secret.revealed)
                } else {
                    try await open(telegram, code, running)
                    try await Task.sleep(for: .seconds(Int64.max >> 8))
                }
            }
            // The machine ends only by an error, the story when it is told.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Returns once the machine has opened its WebSocket.
    private static func waitForMachine(in project: Project, of hub: Hub) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        var isThere = false
        while !isThere, ContinuousClock.now < deadline {
            isThere = try await hub.ask(ListServers(in: project.id), as: .hub).contains { $0.server.terminals != nil }
            if !isThere { try await Task.sleep(for: .milliseconds(20)) }
        }
        guard isThere else { throw Failure("the demo's machine does not connect") }
    }

    private static func open(_ telegram: DemoTelegram, _ code: SecretToken, _ running: RunningHub) async throws {
        try await telegram.simulator.send("/start \(code.secret.revealed)", from: telegram.ada, to: telegram.bot)
        printLine(
            """

            Open the chat:   \(telegram.simulator.url)/

            You are Ada, the hub's administrator; at the left you can switch to Grace, whom the hub does not know yet.
            Try:  /new Fix the login redirect !plan     then approve the plan by its button and answer the question
                  /new Refuse expired cards             fails at the first attempt: press Retry
                  /screen #1 shows its terminal as a picture, /tail #1 live; /sessions lists them all
                  /help

            The hub's REST interface: \(running.url)/api/v1/health
            Stop with Ctrl-C; nothing is kept.
            """)
    }
}

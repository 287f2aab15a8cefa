import ArgumentParser
import Cryptography
import Foundation
import HubCore
import HubService

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try the hub with a simulated Telegram: no account, no token, nothing kept.",
        discussion: """
            Starts a hub on a temporary database, a Telegram of its own with a chat page, and two servers \
            with the real agent daemon, in whose terminals agents plan, ask, work, hand data on, and fail once. With --script a whole \
            conversation plays itself, and the program ends.
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
        guard HubConfiguration.logLevel(logLevel) != nil else {
            throw ValidationError(
                "--log-level: expected trace, debug, info, notice, warning, error or critical, not \(logLevel.prefix(40))")
        }
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("orchestratia-demo-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let telegram: DemoTelegram
        do {
            telegram = try await DemoTelegram.start(port: port)
        } catch {
            throw Failure(listeningAt: "port \(port) for the chat page", error, option: "--port")
        }
        var hub = HubConfiguration()
        hub.listen = ListenAddress(host: "127.0.0.1", port: 0)
        hub.database = folder + "/hub.db"
        hub.commands = commands
        hub.botTokens = [Secret(telegram.bot.token)]
        hub.telegramAPI = telegram.simulator.url
        hub.telegramFiles = telegram.simulator.url + "/file"
        hub.telegramLimits = .none
        let machines = try DemoMachine.all(in: folder, programs: HubConfiguration.programFolder)
        for machine in machines { try machine.prepare() }
        hub.agents = try DemoAgent.prepare(in: folder, pace: script ? 0.05 : 1.5)
        let pipeline = try DemoPipeline(executable: HubConfiguration.program)
        await telegram.simulator.offer(pipeline.sample)
        if let level = HubConfiguration.logLevel(logLevel) { hub.logLevel = level }

        let code = SecretToken.random()
        let isScript = script
        do {
            try await RunningHub.run(hub) { running in
                try await Self.play(running, telegram, code, machines, pipeline, isScript: isScript)
            } whenServing: { running in
                try await running.hub.run(MakePairingCode(code), as: .hub)
            }
        } catch {
            await telegram.simulator.shutdown()
            throw error
        }
        await telegram.simulator.shutdown()
    }

    /// The machines work beside the story; the story's end is the demo's.
    private static func play(
        _ running: RunningHub, _ telegram: DemoTelegram, _ code: SecretToken, _ machines: [DemoMachine], _ pipeline: DemoPipeline,
        isScript: Bool
    ) async throws {
        guard let project = try await running.hub.project(named: "default") else { throw Failure("the demo's hub has no project") }
        try await running.hub.run(ChangeProject(project.id, agent: DemoAgent.profile), as: .hub)
        for machine in machines {
            guard case .done(let token) = await running.operations.perform(.registrationToken(project: "default", seconds: 3600)) else {
                throw Failure("\(machine.name) got no registration token")
            }
            try await machine.register(with: token)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for machine in machines { group.addTask { try await machine.run() } }
            group.addTask {
                try await waitForMachines(machines.count, in: project, of: running.hub)
                if isScript {
                    try await DemoScript(telegram: telegram).play(pairingCode: code.secret.revealed, pipeline)
                } else {
                    try await open(telegram, code, running)
                    try await Task.sleep(for: .seconds(Int64.max >> 8))
                }
            }
            // A machine ends only by an error, the story when it is told.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Returns once so many machines have opened their WebSockets.
    private static func waitForMachines(_ count: Int, in project: Project, of hub: Hub) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        var areThere = false
        while !areThere, ContinuousClock.now < deadline {
            areThere = try await hub.ask(ListServers(in: project.id), as: .hub).count { $0.server.terminals != nil } >= count
            if !areThere { try await Task.sleep(for: .milliseconds(20)) }
        }
        guard areThere else { throw Failure("the demo's machines do not connect") }
    }

    private static func open(_ telegram: DemoTelegram, _ code: SecretToken, _ running: RunningHub) async throws {
        try await telegram.simulator.send("/start \(code.secret.revealed)", from: telegram.ada, to: telegram.bot)
        printLine(
            """

            Open the chat:   \(telegram.simulator.url)/

            You are Ada, the hub's administrator; at the left you can switch to Grace, whom the hub does not know yet.
            Try:  /new Fix the login redirect !plan     then approve the plan by its button and answer the question
                  /new Refuse expired cards             fails at the first attempt: press Retry
                  Send a pipeline of 12 tasks           the button below the chat: Create, then watch, approve, /graph
                  /screen #1 shows a terminal as a picture, /tail #1 live; /sessions lists them all
                  /help

            The hub's REST interface: \(running.url)/api/v1/health
            Stop with Ctrl-C; nothing is kept.
            """)
    }
}

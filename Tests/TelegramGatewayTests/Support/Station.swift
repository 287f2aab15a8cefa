import ChatOps
import Cryptography
import Foundation
import HTTPClient
import HubCore
import HubService
import HubStore
import LiveSessions
import Logging
import SQLiteDatabase
import TelegramBot
import TelegramGateway
import TelegramSimulator
import Testing

/// A hub with its gateway over a file, in front of a simulated Telegram: the real client, the real database.
final class Station: Sendable {
    let simulator: Simulator
    let bot: World.Bot
    let folder: URL
    let database: SQLiteDatabase
    let hub: Hub
    let handler: ScriptedHandler
    let gateway: TelegramGateway
    let transport: CurlMultiLoop
    let logs: LogLines
    /// The hub's live terminals.
    let live: LiveSessions
    private let watching: Task<Void, Never>
    private let running: Task<Void, any Error>

    static let masterKey = [UInt8](repeating: 7, count: 32)

    private init(
        simulator: Simulator, bot: World.Bot, folder: URL, handler: ScriptedHandler, settings: (inout GatewaySettings) -> Void,
        logs: LogLines, clock: any HubClock = SystemClock(), screens: (LiveSessions) -> any LiveScreens = { $0 }
    ) async throws {
        (self.simulator, self.bot, self.folder, self.handler, self.logs) = (simulator, bot, folder, handler, logs)
        let log = logs.logger
        database = try SQLiteDatabase(path: folder.appendingPathComponent("hub.db").path)
        hub = Hub(database: database, vault: try Vault(masterKey: Self.masterKey), clock: clock, log: log)
        try await hub.prepare()
        handler.hub.withLock { [hub] in $0 = hub }
        live = try LiveSessions(
            hub, recordings: folder.appendingPathComponent("recordings").path,
            typing: TypingTimes(appear: .seconds(20), submit: .seconds(20)),
            log: log)
        handler.live.withLock { [live] in $0 = live }
        transport = try CurlMultiLoop()
        var chosen = GatewaySettings(
            baseURL: simulator.url, fileURL: simulator.url + "/file", limits: .none, pollSeconds: 20, drainSeconds: 2)
        // An answer is what a test asks for, however slow the machine is.
        chosen.pressPatience = .seconds(30)
        chosen.tokens = [BotToken(bot.token)].compactMap(\.self)
        settings(&chosen)
        gateway = TelegramGateway(hub: hub, handler: handler, transport: transport, settings: chosen, screens: screens(live), log: log)
        try await gateway.prepare()
        watching = Task { [live] in await live.run() }
        running = Task { [gateway] in try await gateway.run() }
    }

    /// Runs `body` with a station, and ends all of it afterwards.
    static func with(
        handler: ScriptedHandler = ScriptedHandler(), limits: Limits? = nil, clock: any HubClock = SystemClock(),
        screens: (LiveSessions) -> any LiveScreens = { $0 }, settings: (inout GatewaySettings) -> Void = { _ in },
        _ body: (Station) async throws -> Void
    ) async throws {
        var configuration = Simulator.Configuration()
        configuration.limits = limits
        let simulator = try await Simulator.start(configuration)
        let bot = await simulator.addBot(username: "hub_bot")
        let station = try await Station(
            simulator: simulator, bot: bot, folder: newFolder(), handler: handler, settings: settings, logs: LogLines(), clock: clock,
            screens: screens)
        do {
            try await body(station)
        } catch {
            await station.stop()
            await simulator.shutdown()
            throw error
        }
        await station.stop()
        await simulator.shutdown()
        station.removeFolder()
    }

    /// Another hub that starts from this one's database as it is on disk now, as after a crash; this one is cut off first.
    func afterCrash(
        handler: ScriptedHandler? = nil, settings: (inout GatewaySettings) -> Void = { _ in }, _ body: (Station) async throws -> Void
    ) async throws {
        let folder = Self.newFolder()
        try database.backup(to: folder.appendingPathComponent("hub.db").path)
        // Whatever the old one has under way now fails, and its file is nobody's any more.
        await transport.shutdown()
        let next = try await Station(
            simulator: simulator, bot: bot, folder: folder, handler: handler ?? ScriptedHandler(), settings: settings, logs: logs)
        do {
            try await body(next)
        } catch {
            await next.stop()
            throw error
        }
        await next.stop()
        next.removeFolder()
    }

    func stop() async {
        running.cancel()
        _ = await running.result
        watching.cancel()
        await watching.value
        await transport.shutdown()
    }

    private static func newFolder() -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gateway-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func removeFolder() { try? FileManager.default.removeItem(at: folder) }

    // MARK: People

    /// Somebody whom both Telegram and the hub know.
    func person(_ name: String, administrator: Bool = false, role: Role? = nil) async throws -> World.Person {
        let account = await simulator.addPerson(name: name, username: name.lowercased())
        let person = Person(id: .random(), name: name, isAdministrator: administrator, createdAt: hub.clock.now())
        let project = try await project()
        try await database.write { connection in
            let people = PersonTable(connection)
            try people.insert(person)
            try people.addIdentity("telegram", String(account.id), to: person.id, at: person.createdAt)
            if let role { try people.setRole(role, of: person.id, in: project.id, at: person.createdAt) }
        }
        return account
    }

    /// A group works in the project, since somebody who may says so.
    func bind(_ group: World.Chat.ID, by owner: World.Person) async throws {
        let asked = try await simulator.send("/bind default", from: owner, to: group)
        _ = try await simulator.waitForMessage(in: group, after: asked) { $0.isFromBot && $0.text.hasPrefix("This chat works in default") }
    }

    func project() async throws -> Project { try #require(try await hub.project(named: "default")) }

    func chat(_ person: World.Person) -> World.Chat.ID { .direct(bot: bot.id, person: person.id) }

    /// The texts that the bot has in a chat now, oldest first.
    func texts(_ chat: World.Chat.ID) async -> [String] { await simulator.messages(in: chat).filter(\.isFromBot).map(\.text) }

    /// Waits until the bot has written `text`.
    @discardableResult
    func expect(
        _ text: String, in chat: World.Chat.ID, timeout: Duration = .seconds(60)
    ) async throws -> World.Message {
        try await simulator.waitForMessage(in: chat, timeout: timeout) { $0.isFromBot && $0.text == text }
    }

    /// Waits until `count` answers it; for what only the database shows.
    func eventually(_ what: String, timeout: Duration = .seconds(60), _ holds: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + timeout
        while ContinuousClock.now < deadline {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(10))  // between two looks
        }
        Issue.record("in vain: \(what)")
    }

    func number(_ sql: SQL) async throws -> Int {
        try await database.read { connection in
            guard let row = try connection.row(sql) else { return 0 }
            var reader = RowReader(row)
            return try reader.int()
        }
    }
}

/// All that was logged, as text.
final class LogLines: Sendable {
    private let lines = Locked([String]())

    var all: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}

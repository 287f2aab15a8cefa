import ChatOps
import HTTPClient
import HubCore
import HubService
import HubStore
import Logging
import ServiceLifecycle
import TelegramBot

/// The hub's side of Telegram: updates in, chat commands, messages out. The only part that talks to Telegram.
///
/// Three things are durable, each in the transaction of its cause: updates before Telegram forgets them, calls before they are made, and
/// which events were told. So a crash loses none of them, and repeats no effect; at worst it repeats a message whose fate nobody knows.
package final class TelegramGateway: Service {
    /// The kind of identity under which people of this network are known.
    static let network = "telegram"

    private struct State {
        var lines: [Int64: BotLine] = [:]
        var isStopping = false
    }

    /// What a line has to begin with.
    private struct Beginning: Sendable {
        let line: BotLine
        let offset: Int64?
        let left: [(update: RawUpdate, receivedAt: Timestamp)]
        let waiting: [OutboxItem]
        /// Before the first word to Telegram that is not a message.
        let pause: Duration
    }

    let hub: Hub
    let log: Logger
    let handler: any ChatHandler
    private let transport: any HTTPTransport
    let settings: GatewaySettings
    private let filler: ScreenFiller
    private let tails: Tails
    private let numbers = OutboxNumbers()
    private let state: Locked<State>
    private let beginnings: AsyncStream<Beginning>
    private let begin: AsyncStream<Beginning>.Continuation
    /// That the bots of the start are at work; does not come if they could not be loaded.
    let haveBegun = Awaited<Void>()
    let menuChanges = MenuChanges()
    private let wakeDeletions = Locked<(@Sendable () -> Void)?>(nil)

    /// - Parameter transport: shared by all bots; its owner shuts it down after ``run()`` has returned.
    package init(
        hub: Hub, handler: any ChatHandler, transport: any HTTPTransport, settings: GatewaySettings,
        screens: (any LiveScreens)? = nil, log: Logger = Logger(label: "telegram")
    ) {
        (self.hub, self.handler, self.transport, self.settings, self.log) = (hub, handler, transport, settings, log)
        state = Locked(State())
        (beginnings, begin) = AsyncStream.makeStream(of: Beginning.self)
        filler = ScreenFiller(screens: screens ?? NoScreens())
        let state = state
        tails = Tails(
            hub: hub, handler: handler, filler: filler, numbers: numbers, limits: settings.limits, pace: settings.tails, log: log,
            outbox: { bot in state.withLock { $0.lines[bot]?.outbox } })
    }

    /// Brings the tables up to date. To be called once, after the hub's.
    ///
    /// - Throws: ``SQLFault``
    package func prepare() async throws {
        try await Schema.telegram.migrate(hub.database)
        try await hub.beginFollowing(as: Notifier.name)
        let last = try await hub.database.read { connection -> Int64 in
            guard
                let row = try connection.row(
                    """
                    SELECT MAX(id) FROM (SELECT id FROM telegram_outbox UNION ALL SELECT number FROM telegram_settled) AS known
                    """)
            else { return 0 }
            var reader = RowReader(row)
            return try reader.optionalInt() ?? 0
        }
        numbers.begin(after: last)
    }

    /// Works until a graceful shutdown or cancellation; then stops polling, ends what is in hand, and sends what may go within the time set.
    ///
    /// - Throws: what the database or the vault throws while the bots are loaded.
    package func run() async throws {
        do {
            for (number, row) in try await storedBots().enumerated() {
                try await start(row.token, username: row.username, after: settings.pause(beforeBot: number))
            }
        } catch {
            haveBegun.settle(nil)
            throw error
        }
        haveBegun.settle(())
        let deletions = Deletions(hub: hub, log: log) { [weak self] in try await self?.delete($0) }
        wakeDeletions.withLock { $0 = { deletions.added() } }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await deletions.run() }
            group.addTask { await self.cleanHourly() }
            let notifier = Notifier(handler: handler, composer: MessageComposer(vault: hub.vault), numbers: numbers)
            let deferred = DeferredNotices(hub: hub, notifier: notifier, log: log) { [weak self] in self?.send($0) }
            group.addTask { await deferred.run() }
            group.addTask { await self.follow(notifier, deferred) }
            group.addTask { await self.keepMenus() }
            group.addTask { await self.tails.run() }
            group.addTask { await self.countDown() }
            for await beginning in beginnings.cancelOnGracefulShutdown() {
                group.addTask {
                    await beginning.line.introduce(using: self.handler, after: beginning.pause)
                    self.menuChanges.add(.chats)
                }
                group.addTask {
                    await beginning.line.run(
                        from: beginning.offset, left: beginning.left, waiting: beginning.waiting, pollingAfter: beginning.pause)
                }
            }
            await stopLines()
            group.cancelAll()
        }
        // The lines hold the tails, which find their outboxes here.
        state.withLock { $0.lines = [:] }
    }

    // MARK: Bots

    /// Adds a bot, or gives a known one a new token. It works at once, and after every start from now on.
    ///
    /// - Returns: what `getMe` tells.
    /// - Throws: ``BotAPIError`` where Telegram does not know the token or cannot be reached.
    @discardableResult
    package func addBot(token: BotToken) async throws -> (id: Int64, username: String) {
        let me = try await client(token).me()
        guard me.id == token.id, let username = me.username else { throw BotAPIError.unauthorized }
        let (now, vault) = (hub.clock.now(), hub.vault)
        try await hub.database.write { try BotTable(connection: $0).put(token, username: username, vault, at: now) }
        try await start(token, username: username)
        return (me.id, username)
    }

    /// Stops a bot and forgets its token and what it had yet to send.
    package func removeBot(_ id: Int64) async throws {
        let line = state.withLock { $0.lines.removeValue(forKey: id) }
        await line?.stop()
        try await hub.database.write { try BotTable(connection: $0).remove(id) }
    }

    package var bots: [BotStatus] {
        lines.map(\.status).sorted { $0.id < $1.id }
    }

    var lines: [BotLine] { state.withLock { Array($0.lines.values) } }

    private func storedBots() async throws -> [BotTable.Row] {
        let (vault, tokens, now) = (hub.vault, settings.tokens, hub.clock.now())
        return try await hub.database.write { connection in
            let table = BotTable(connection: connection)
            for token in tokens { try table.put(token, username: nil, vault, at: now) }
            return try table.all(vault)
        }
    }

    private func start(_ token: BotToken, username: String?, after pause: Duration = .zero) async throws {
        let id = token.id
        let old = state.withLock { $0.lines.removeValue(forKey: id) }
        await old?.stop()
        let line = BotLine(
            client: client(token), username: username, hub: hub, handler: handler, numbers: numbers, filler: filler, tails: tails,
            settings: settings, log: log, menuChanges: menuChanges,
            report: { [weak self] in await self?.act(on: $0, of: id) },
            trouble: { [weak self] in await self?.tellTrouble($0, of: id) })
        let (now, vault, numbers) = (hub.clock.now(), hub.vault, numbers)
        let beginning = try await hub.database.write { connection in
            Beginning(
                line: line, offset: try BotTable(connection: connection).nextOffset(of: id),
                left: try InboxTable(connection: connection).waiting(of: id),
                waiting: try OutboxTable(connection: connection, ids: numbers, vault: vault).waiting(of: id, at: now), pause: pause)
        }
        let isStopping = state.withLock { state in
            if !state.isStopping { state.lines[id] = line }
            return state.isStopping
        }
        if !isStopping { begin.yield(beginning) }
    }

    /// Whether the next start takes this bot from the configuration, whatever is stored.
    package func isConfigured(_ bot: Int64) -> Bool { settings.tokens.contains { $0.id == bot } }

    func client(_ token: BotToken) -> BotAPIClient {
        BotAPIClient(token: token, transport: transport, baseURL: settings.baseURL, fileURL: settings.fileURL)
    }

    func line(_ bot: Int64) -> BotLine? { state.withLock { $0.lines[bot] } }

    private func stopLines() async {
        let lines = state.withLock { state in
            state.isStopping = true
            return Array(state.lines.values)
        }
        for line in lines { line.endPolling() }
        let seconds = settings.drainSeconds
        // A task of its own: this one may have been cancelled already, which must not cut the draining short.
        await Task {
            let first = FirstOf()
            for line in lines {
                Task {
                    await line.stop()
                    first.count(upTo: lines.count)
                }
            }
            let limit = Task {
                guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
                first.end()
            }
            if !lines.isEmpty { await first.wait() }
            limit.cancel()
        }.value
    }

    // MARK: Events and housekeeping

    private func follow(_ notifier: Notifier, _ deferred: DeferredNotices) async {
        let batch = NoticeBatch()
        let changesMenus = Locked(false)
        await hub.follow(as: Notifier.name) { event, transaction in
            batch.put(try notifier.tell(event, in: transaction), of: event.sequence)
            if ChatMenus.mayChange(after: event) { changesMenus.withLock { $0 = true } }
        } afterBatch: {
            self.send(batch.take())
            if changesMenus.withLock({ changes in
                defer { changes = false }; return changes
            }) {
                self.menuChanges.add(.chats)
                self.tails.review()
            }
            if notifier.hasDeferred.withLock({ hasDeferred in
                defer { hasDeferred = false }; return hasDeferred
            }) {
                deferred.changed()
            }
        }
    }

    private func countDown() async {
        let countdowns = Countdowns(hub: hub, handler: handler, numbers: numbers)
        while !Task.isCancelled {
            // Cancelled when the gateway stops, which ends the loop.
            try? await Task.sleep(for: settings.countdowns)
            guard !Task.isCancelled else { return }
            do {
                send(try await countdowns.draw())
            } catch {
                // The next look brings it up again.
                log.error("countdowns could not be drawn", metadata: ["error": "\(HubError(error))"])
            }
        }
    }

    /// Hands stored calls to their bots' outboxes.
    func send(_ items: [OutboxItem]) {
        for (bot, own) in Dictionary(grouping: items, by: \.bot) { line(bot)?.outbox.add(own) }
    }

    /// Stores messages of the gateway's own; `source` makes each of them go out once.
    func post(_ message: ChatMessage, source: String, to places: @escaping @Sendable (NoticeTargets) throws -> [SlotTable.Place]) async {
        let (now, vault, numbers) = (hub.clock.now(), hub.vault, numbers)
        let composer = MessageComposer(vault: vault)
        do {
            let items = try await hub.database.write { connection -> [OutboxItem] in
                let outbox = OutboxTable(connection: connection, ids: numbers, vault: vault)
                return try places(NoticeTargets(connection: connection)).flatMap { place in
                    try composer.post(message, .init(topic: place.topic)).enumerated().compactMap { part, call in
                        try outbox.insert(call, bot: place.bot, chat: place.chat, source: "\(source)/\(place.chat)/\(part)", at: now)
                    }
                }
            }
            send(items)
        } catch {
            log.error("a message could not be stored", metadata: ["source": "\(source)", "error": "\(HubError(error))"])
        }
    }

    func abandonTail(in chat: Int64, of bot: Int64, _ slot: String) async { await tails.abandon(chat: chat, of: bot, slot: slot) }
    func messageVanishes() { wakeDeletions.withLock { $0 }?() }

    private func delete(_ row: Deletions.Row) async throws {
        guard let line = line(row.bot) else { return }
        try await line.client.deleteMessage(MessageAddress(chat: row.chat, message: row.message))
    }

    private func cleanHourly() async {
        while !Task.isCancelled {
            let now = hub.clock.now()
            do {
                try await hub.database.write { connection in
                    try InboxTable(connection: connection).clean(at: now)
                    try connection.execute("DELETE FROM telegram_outbox WHERE finished_at < \(now - .seconds(7 * 86_400))")
                    try connection.execute("DELETE FROM telegram_button WHERE created_at < \(now - .seconds(90 * 86_400))")
                    try connection.execute("DELETE FROM telegram_message WHERE sent_at < \(now - .seconds(90 * 86_400))")
                    try SlotTable(connection: connection).clean(at: now)
                    try connection.execute("DELETE FROM telegram_settled WHERE settled_at < \(now - .seconds(7 * 86_400))")
                    try connection.execute("DELETE FROM telegram_asker WHERE asked_at < \(now - .seconds(14 * 86_400))")
                    try connection.execute("DELETE FROM telegram_stranger WHERE told_at < \(now - .seconds(7 * 86_400))")
                }
            } catch {
                log.error("old rows could not be cleaned up", metadata: ["error": "\(HubError(error))"])
            }
            try? await Task.sleep(for: .seconds(3600))
        }
    }
}

/// Waits for all of several ends, or for the first word that it has been long enough.
private final class FirstOf: Sendable {
    private let state = Locked((count: 0, isOver: false, waiting: CheckedContinuation<Void, Never>?.none))

    func count(upTo total: Int) {
        let isComplete = state.withLock { state in
            state.count += 1
            return state.count >= total
        }
        if isComplete { end() }
    }

    func end() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.waiting = continuation }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }
}

import ChatOps
import HubCore
import HubService
import HubStore

/// Keeps the messages about usage limits current, and tells once that one is over. What each chat was shown last is in the database, so
/// that a restart repeats nothing. In quiet hours messages are kept current, and that a limit is over is told after them.
struct Countdowns: Sendable {
    let hub: Hub
    let handler: any ChatHandler
    let numbers: OutboxNumbers

    /// - Returns: what is to be sent once this is on disk.
    func draw() async throws -> [OutboxItem] {
        let now = hub.clock.now()
        // Most of the time nobody waits, and nothing is to be written.
        let waiting = try await hub.database.read { connection in
            let sessions = SessionTable(connection)
            return try sessions.open().filter { try sessions.prompt(of: $0.id) != nil }.map(\.id)
        }
        guard !waiting.isEmpty else { return [] }
        let (handler, numbers, vault, spending) = (handler, numbers, hub.vault, hub.spending)
        return try await hub.database.write { connection in
            let transaction = HubTransaction(connection: connection, now: now, caller: .hub, vault: vault, spending: spending)
            let drawing = Drawing(transaction: transaction, handler: handler, composer: MessageComposer(vault: vault), numbers: numbers)
            return try waiting.flatMap { id in try transaction.sessions.find(id).map(drawing.draw) ?? [] }
        }
    }

    private struct Drawing {
        /// What a chat was shown that was not told yet that the limit is over.
        private static let untold = "over"

        let transaction: HubTransaction
        let handler: any ChatHandler
        let composer: MessageComposer
        let numbers: OutboxNumbers

        func draw(_ session: Session) throws -> [OutboxItem] {
            let (connection, now) = (transaction.connection, transaction.now)
            let (known, slots) = (NoticeTargets(connection: connection), SlotTable(connection: connection))
            let bound = try known.bound(to: session.project)
            guard let topic = try handler.countdown(of: session, label: .qualified, in: transaction)?.redraw.topic else { return [] }
            let outbox = OutboxTable(connection: connection, ids: numbers, vault: transaction.vault)
            let isQuiet = try transaction.project(session.project).settings.quietEnd(at: now) != nil
            var items: [OutboxItem] = []
            var told: Set<SlotTable.Place> = []
            for (bot, chat, message) in try MessageTable.open(topic, in: connection) {
                let place = SlotTable.Place(bot: bot, chat: chat, topic: nil)
                let label: TaskLabel = bound.contains { $0.bot == bot && $0.chat == chat } ? .short : .qualified
                guard try known.isAlive(place), try known.maySee(session.project, bot: bot, chat: chat), told.insert(place).inserted,
                    let countdown = try handler.countdown(of: session, label: label, in: transaction), let shown = countdown.redraw.message
                else { continue }
                let name = "countdown/\(countdown.event)"
                let stage = isQuiet && countdown.over != nil ? Self.untold : String(countdown.stage)
                let last = try slots.digest(name, bot: bot, chat: chat)
                guard last != stage else { continue }
                try slots.show(stage, in: name, place, at: now)
                // The message is as new as the first look at it.
                guard last != nil || countdown.over != nil else { continue }
                var calls: [PreparedCall] = []
                if last != Self.untold { calls.append(try composer.edit(message, to: shown, .init(lane: .cards))) }
                // A message that came after the end, as one that quiet hours held, says so itself.
                let sent = try MessageTable(connection: connection, bot: bot).sentAt(message, in: chat)
                if let over = countdown.over, !isQuiet, let sent, sent < countdown.end {
                    calls += try composer.post(over, .init(replyTo: .message(message)))
                }
                for (part, call) in calls.enumerated() {
                    let source = "countdown/\(countdown.event)/\(stage)/\(chat)/\(part)"
                    if let item = try outbox.insert(call, bot: bot, chat: chat, source: source, at: now) { items.append(item) }
                }
            }
            return items
        }
    }
}

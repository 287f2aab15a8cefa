import ChatOps
import HubCore
import HubStore

/// What became of a call, to be written down.
struct OutboxMark: Sendable {
    enum End: Sendable {
        /// The new message, if it made one.
        case sent(message: Int?)
        case uncertain
        case failed
    }

    let item: OutboxItem
    let end: End

    private var state: String {
        switch end {
        case .sent: "sent"
        case .uncertain: "uncertain"
        case .failed: "failed"
        }
    }

    /// - Returns: the calls that take buttons off: of this message, where what they offer was settled while it was on its way; of the one
    ///   whose place it took.
    func write(in connection: any SQLConnection, _ outbox: OutboxTable, at now: Timestamp) throws -> [OutboxItem] {
        var message: Int?
        if case .sent(let sent) = end { message = sent }
        try connection.execute(
            """
            UPDATE telegram_outbox SET state = \(state), message = \(message), finished_at = \(now), call = NULL, document = NULL
            WHERE id = \(item.id)
            """)
        guard let message else { return [] }
        var calls: [OutboxItem?] = []
        if let topic = item.call.about {
            try MessageTable(connection: connection, bot: item.bot).put(
                topic, of: message, in: item.chat, hasButtons: item.call.keyboard != nil, at: now)
        }
        if let topic = item.call.shows {
            // What came by itself was shown, too, and nothing that has not arrived.
            try ChatTable(connection: connection, bot: item.bot).noteArrival(of: topic, as: message, in: item.chat, at: now)
        }
        if let slot = item.call.slot {
            if case .take = item.call.action { calls.append(try stripped(slot, connection, outbox, at: now)) }
            try SlotTable(connection: connection).setMessage(message, of: slot, bot: item.bot, chat: item.chat)
        }
        if let seconds = item.call.vanishesAfter {
            try connection.execute(
                """
                INSERT INTO telegram_deletion (bot, chat, message, due)
                VALUES (\(item.bot), \(item.chat), \(message), \(now + .seconds(seconds))) ON CONFLICT (bot, chat, message) DO NOTHING
                """)
        }
        calls.append(try overtaken(message, outbox, at: now))
        return calls.compactMap(\.self)
    }

    private func stripped(_ slot: String, _ connection: any SQLConnection, _ outbox: OutboxTable, at now: Timestamp) throws -> OutboxItem? {
        guard let old = try SlotTable(connection: connection).message(slot, bot: item.bot, chat: item.chat) else { return nil }
        let strip = try MessageComposer(vault: outbox.vault).strip(old)
        return try outbox.insert(strip, bot: item.bot, chat: item.chat, source: "taken/\(item.id)", at: now)
    }

    /// What is kept current in a slot is drawn by the notifier.
    private func overtaken(_ message: Int, _ outbox: OutboxTable, at now: Timestamp) throws -> OutboxItem? {
        guard let topic = item.call.about, item.call.keyboard != nil, item.call.slot == nil,
            let label = try NoticeTargets(connection: outbox.connection).label(bot: item.bot, chat: item.chat, of: topic)
        else { return nil }
        guard
            let redraw = try SettledTable(connection: outbox.connection).redraw(of: topic, label, storedAs: item.id)
        else { return nil }
        let call = try MessageComposer(vault: outbox.vault).redraw(message, redraw)
        return try outbox.insert(call, bot: item.bot, chat: item.chat, source: "overtaken/\(item.id)", at: now)
    }
}

import ChatOps
import HubCore
import HubService
import HubStore
import TelegramBot

/// What goes out. A call is here before it is made; its text is forgotten when that was done.
struct OutboxTable {
    let connection: any SQLConnection
    let ids: OutboxNumbers
    let vault: Vault

    /// Stores a call once: `source` names what it comes from (update or event, and part) within its bot.
    ///
    /// A waiting call for the same place is superseded; its reply mark, its lane, and that it is repeated or takes the place pass on.
    ///
    /// - Returns: `nil` where the source has been stored already.
    func insert(_ prepared: PreparedCall, bot: Int64, chat: Int64, source: String, at now: Timestamp) throws -> OutboxItem? {
        var (call, lane, stored) = (prepared.call, prepared.lane, prepared.stored)
        if let key = call.mergeKey, let old = try takeWaiting(bot: bot, chat: chat, key: key, at: now) {
            lane = min(lane, old.lane)
            call.replyTo = old.call.replyTo ?? call.replyTo
            // What stands in for the answer to somebody arrives as surely as that.
            call.isRepeatable = call.isRepeatable || old.call.isRepeatable
            if call.vanishesAfter == nil { call.vanishesAfter = old.call.vanishesAfter }
            // The old one may have been made already, and not be noted yet: only the queue knows. For the next start it was not.
            stored = try StoredCall.encode(call.standing(inFor: old.call, old.id), with: vault).bytes
        }
        let id = ids.next()
        let isSealed = call.vanishesAfter != nil
        let count = try connection.execute(
            """
            INSERT INTO telegram_outbox (id, bot, chat, source, lane, merge_key, state, call, is_sealed, document, created_at)
            VALUES (\(id), \(bot), \(chat), \(source), \(lane.rawValue), \(call.mergeKey), 'queued', \(stored), \(isSealed),
                \(prepared.document), \(now))
            ON CONFLICT (bot, source) DO NOTHING
            """)
        guard count == 1 else { return nil }
        switch call.action {
        case .edit(let message), .strip(let message), .repicture(let message):
            try MessageTable(connection: connection, bot: bot).setButtons(call.keyboard != nil, of: message, in: chat)
        case .post, .show, .take, .upload, .photo, .react, .picture, .fetch: break
        }
        let buttons = ButtonTable(connection: connection, bot: bot)
        for button in prepared.buttons { try buttons.insert(button, slot: call.slot, in: chat, at: now) }
        return OutboxItem(id: id, bot: bot, chat: chat, lane: lane, call: call, document: prepared.document)
    }

    private func takeWaiting(bot: Int64, chat: Int64, key: String, at now: Timestamp) throws
        -> (id: Int64, lane: SendLane, call: OutgoingCall)?
    {
        let rows = try connection.rows(
            """
            UPDATE telegram_outbox SET state = 'superseded', finished_at = \(now)
            WHERE bot = \(bot) AND chat = \(chat) AND merge_key = \(key) AND state = 'queued' RETURNING id, lane, call, is_sealed
            """)
        guard let row = rows.last else { return nil }
        var reader = RowReader(row)
        let (id, lane) = (try reader.int64(), SendLane(rawValue: try reader.int()) ?? .cards)
        let (bytes, isSealed) = (try reader.blob(), try reader.bool())
        try connection.execute("UPDATE telegram_outbox SET call = NULL WHERE id = \(id)")
        guard let call = try? StoredCall.decode(bytes, isSealed: isSealed, with: vault) else { return nil }
        return (id, lane, call)
    }

    /// What a crash or a stop left behind, in order. Calls that are not to be repeated and may have been made are given up as uncertain.
    func waiting(of bot: Int64, at now: Timestamp) throws -> [OutboxItem] {
        try connection.execute(
            """
            UPDATE telegram_outbox SET state = 'uncertain', finished_at = \(now), call = NULL, document = NULL
            WHERE bot = \(bot) AND state = 'in_flight'
            """)
        return try connection.rows(
            """
            SELECT id, chat, lane, call, is_sealed, document FROM telegram_outbox WHERE bot = \(bot) AND finished_at IS NULL ORDER BY id
            """
        ).compactMap { row in
            var reader = RowReader(row)
            let (id, chat, lane) = (try reader.int64(), try reader.int64(), SendLane(rawValue: try reader.int()) ?? .cards)
            let (bytes, isSealed) = (try reader.blob(), try reader.bool())
            var document: [UInt8]?
            if case .blob(let contents) = row[5] { document = contents }
            guard var call = try? StoredCall.decode(bytes, isSealed: isSealed, with: vault) else {
                try connection.execute(
                    "UPDATE telegram_outbox SET state = 'failed', finished_at = \(now), call = NULL, document = NULL WHERE id = \(id)")
                return nil
            }
            if let first = call.standsInFor, let key = call.mergeKey, try hasArrived(key, since: first, bot: bot, chat: chat) {
                call.action = .show
            }
            return OutboxItem(id: id, bot: bot, chat: chat, lane: lane, call: call, document: document)
        }
    }

    /// Whether one of those that took the place, or stood in for it, made a message.
    private func hasArrived(_ key: String, since first: Int64, bot: Int64, chat: Int64) throws -> Bool {
        try connection.row(
            """
            SELECT 1 FROM telegram_outbox
            WHERE bot = \(bot) AND chat = \(chat) AND id >= \(first) AND merge_key = \(key) AND message IS NOT NULL
            """) != nil
    }

    static func markInFlight(_ id: Int64, in connection: any SQLConnection) throws {
        try connection.execute("UPDATE telegram_outbox SET state = 'in_flight' WHERE id = \(id) AND state = 'queued'")
    }

    static func markQueued(_ id: Int64, in connection: any SQLConnection) throws {
        try connection.execute("UPDATE telegram_outbox SET state = 'queued' WHERE id = \(id) AND state = 'in_flight'")
    }

    /// Ends what waits for a chat, but for answers to people there and what shows a secret to one of them.
    ///
    /// - Returns: the number up to which it holds: what is stored later has a greater one.
    func endNews(in chat: Int64, of bot: Int64, at now: Timestamp) throws -> Int64 {
        try connection.execute(
            """
            UPDATE telegram_outbox SET state = 'failed', finished_at = \(now), call = NULL, document = NULL
            WHERE bot = \(bot) AND chat = \(chat) AND finished_at IS NULL AND lane <> \(SendLane.answers.rawValue) AND is_sealed = FALSE
            """)
        return ids.next()
    }

    static func cancelChat(_ chat: Int64, of bot: Int64, in connection: any SQLConnection, at now: Timestamp) throws {
        try connection.execute(
            """
            UPDATE telegram_outbox SET state = 'failed', finished_at = \(now), call = NULL, document = NULL
            WHERE bot = \(bot) AND chat = \(chat) AND finished_at IS NULL
            """)
    }
}

/// Numbers of outbox rows, taken inside the one writer, so that they run in the order of the commits.
final class OutboxNumbers: Sendable {
    private let last = Locked(Int64(0))

    func begin(after number: Int64) { last.withLock { $0 = max($0, number) } }

    func next() -> Int64 {
        last.withLock { last in
            last += 1
            return last
        }
    }
}

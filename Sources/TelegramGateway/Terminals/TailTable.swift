import HubCore
import HubStore

/// The tails that are open, one row each, so that a restart forgets none.
struct TailTable {
    let connection: any SQLConnection

    struct Key: Hashable, Sendable {
        let bot: Int64
        let chat: Int64
        let session: Session.ID
    }

    struct Row: Sendable {
        let key: Key
        /// The forum topic.
        let topic: Int?
        /// Who asked for it, and must be allowed to see it as long as it runs.
        let person: Person.ID
        let isPaused: Bool
        let until: Timestamp
        /// The message as it is drawn, without the screen (``OutgoingCall``).
        let call: [UInt8]
    }

    static let time: Duration = .seconds(15 * 60)

    func put(_ row: Row) throws {
        try connection.execute(
            """
            INSERT INTO telegram_tail (bot, chat, session, topic, person, is_paused, until, call)
            VALUES (\(row.key.bot), \(row.key.chat), \(row.key.session), \(row.topic), \(row.person), \(row.isPaused), \(row.until), \(row.call))
            ON CONFLICT (bot, chat, session) DO UPDATE SET topic = excluded.topic, person = excluded.person,
                is_paused = excluded.is_paused, until = excluded.until, call = excluded.call
            """)
    }

    func remove(_ key: Key) throws {
        try connection.execute(
            "DELETE FROM telegram_tail WHERE bot = \(key.bot) AND chat = \(key.chat) AND session = \(key.session)")
    }

    /// Removes it, unless somebody asked for it anew meanwhile.
    func remove(_ row: Row) throws {
        if try until(row) != nil { try remove(row.key) }
    }

    /// How long it goes on; `nil` where there is none, or one that was asked for later.
    func until(_ row: Row) throws -> Timestamp? {
        let key = row.key
        return try connection.row(
            """
            SELECT until FROM telegram_tail
            WHERE bot = \(key.bot) AND chat = \(key.chat) AND session = \(key.session) AND call = \(row.call)
            """
        ).map { row in
            var reader = RowReader(row)
            return try reader.time()
        }
    }

    func all() throws -> [Row] {
        try connection.rows(
            "SELECT bot, chat, session, topic, person, is_paused, until, call FROM telegram_tail ORDER BY bot, chat, session"
        ).map { row in
            var reader = RowReader(row)
            let key = Key(bot: try reader.int64(), chat: try reader.int64(), session: try reader.id())
            return Row(
                key: key, topic: try reader.optionalInt().map { Int($0) }, person: try reader.id(), isPaused: try reader.bool(),
                until: try reader.time(), call: try reader.blob())
        }
    }
}

extension SlotTable {
    /// The place of a session's tail in a chat.
    static func tail(_ session: Session.ID) -> String { "tail/\(session)" }
}

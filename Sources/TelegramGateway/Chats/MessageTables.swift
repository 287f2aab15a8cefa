import ChatOps
import HubCore
import HubStore

/// What the messages of a bot are about, so that a reply to one is understood.
struct MessageTable {
    let connection: any SQLConnection
    let bot: Int64

    func topic(of message: Int, in chat: Int64) throws -> Topic? {
        guard
            let row = try connection.row(
                "SELECT topic FROM telegram_message WHERE bot = \(bot) AND chat = \(chat) AND message = \(message)")
        else { return nil }
        var reader = RowReader(row)
        return StoredJSON.read(try reader.text())
    }

    func sentAt(_ message: Int, in chat: Int64) throws -> Timestamp? {
        guard
            let row = try connection.row(
                "SELECT sent_at FROM telegram_message WHERE bot = \(bot) AND chat = \(chat) AND message = \(message)")
        else { return nil }
        var reader = RowReader(row)
        return try reader.time()
    }

    func put(_ topic: Topic, of message: Int, in chat: Int64, hasButtons: Bool, at now: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO telegram_message (bot, chat, message, topic, has_buttons, sent_at)
            VALUES (\(bot), \(chat), \(message), \(try StoredJSON.text(topic)), \(hasButtons), \(now))
            ON CONFLICT (bot, chat, message) DO UPDATE SET topic = excluded.topic, has_buttons = excluded.has_buttons
            """)
    }

    /// An edit gives the message these buttons, or none.
    func setButtons(_ hasButtons: Bool, of message: Int, in chat: Int64) throws {
        try connection.execute(
            "UPDATE telegram_message SET has_buttons = \(hasButtons) WHERE bot = \(bot) AND chat = \(chat) AND message = \(message)")
    }

    /// The messages of all bots about `topic` that have buttons, but not those that are kept current in a slot anyway.
    static func open(_ topic: Topic, in connection: any SQLConnection) throws -> [(bot: Int64, chat: Int64, message: Int)] {
        try connection.rows(
            """
            SELECT bot, chat, message FROM telegram_message
            WHERE topic = \(try StoredJSON.text(topic)) AND has_buttons = TRUE AND NOT EXISTS (
                SELECT 1 FROM telegram_slot WHERE telegram_slot.bot = telegram_message.bot AND telegram_slot.chat = telegram_message.chat
                    AND telegram_slot.message = telegram_message.message)
            ORDER BY bot, chat, message
            """
        ).map { row in
            var reader = RowReader(row)
            return (try reader.int64(), try reader.int64(), try reader.int())
        }
    }
}

/// Named places in a chat that hold one message each, kept current by edits: a task's card, a notice with a key.
struct SlotTable {
    let connection: any SQLConnection

    struct Place: Hashable, Sendable {
        let bot: Int64
        let chat: Int64
        let topic: Int?
    }

    static func card(_ task: AgentTask.ID) -> String { "card/\(task)" }
    static let pipelines = "pipeline/"
    static func pipeline(_ id: PipelineRun.ID) -> String { "\(pipelines)\(id)" }
    static func pipeline(ofSlot name: String) -> PipelineRun.ID? {
        name.hasPrefix(pipelines) ? PipelineRun.ID(name.dropFirst(pipelines.count)) : nil
    }
    static func notice(_ key: String) -> String { "notice/\(key)" }

    /// What the place was last given to show; `nil` where there is no such place.
    func digest(_ name: String, bot: Int64, chat: Int64) throws -> String? {
        guard
            let row = try connection.row("SELECT digest FROM telegram_slot WHERE bot = \(bot) AND chat = \(chat) AND name = \(name)")
        else { return nil }
        var reader = RowReader(row)
        return try reader.text()
    }

    func message(_ name: String, bot: Int64, chat: Int64) throws -> Int? {
        guard
            let row = try connection.row("SELECT message FROM telegram_slot WHERE bot = \(bot) AND chat = \(chat) AND name = \(name)")
        else { return nil }
        var reader = RowReader(row)
        return try reader.optionalInt().map { Int($0) }
    }

    func name(of message: Int, bot: Int64, chat: Int64) throws -> String? {
        guard
            let row = try connection.row("SELECT name FROM telegram_slot WHERE bot = \(bot) AND chat = \(chat) AND message = \(message)")
        else { return nil }
        var reader = RowReader(row)
        return try reader.text()
    }

    /// Where a slot of this name is.
    func places(_ name: String) throws -> [Place] {
        try connection.rows("SELECT bot, chat, topic FROM telegram_slot WHERE name = \(name) ORDER BY bot, chat").map { row in
            var reader = RowReader(row)
            return Place(bot: try reader.int64(), chat: try reader.int64(), topic: try reader.optionalInt().map { Int($0) })
        }
    }

    /// What the places of this name were last given to show.
    func digests(_ name: String) throws -> [(place: Place, digest: String)] {
        try connection.rows("SELECT bot, chat, topic, digest FROM telegram_slot WHERE name = \(name)").map { row in
            var reader = RowReader(row)
            let place = Place(bot: try reader.int64(), chat: try reader.int64(), topic: try reader.optionalInt().map { Int($0) })
            return (place, try reader.text())
        }
    }

    /// Notes what the place is to show; its message comes when it was sent.
    func show(_ digest: String, in name: String, _ place: Place, at now: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO telegram_slot (bot, chat, name, topic, digest, updated_at)
            VALUES (\(place.bot), \(place.chat), \(name), \(place.topic), \(digest), \(now))
            ON CONFLICT (bot, chat, name) DO UPDATE SET digest = excluded.digest, updated_at = excluded.updated_at
            """)
    }

    /// What the place shows is not kept current any more.
    func remove(_ name: String, bot: Int64, chat: Int64) throws {
        try connection.execute("DELETE FROM telegram_slot WHERE bot = \(bot) AND chat = \(chat) AND name = \(name)")
    }

    /// Removes places that nobody needs any more: of usage limits and of notices whose last word is long ago.
    func clean(at now: Timestamp) throws {
        try connection.execute(
            """
            DELETE FROM telegram_slot
            WHERE (name LIKE 'countdown/%' OR name LIKE 'notice/%') AND updated_at < \(now - .seconds(90 * 86_400))
            """)
    }

    func setMessage(_ message: Int?, of name: String, bot: Int64, chat: Int64) throws {
        try connection.execute(
            "UPDATE telegram_slot SET message = \(message) WHERE bot = \(bot) AND chat = \(chat) AND name = \(name)")
    }
}

import ChatOps
import Cryptography
import HubCore
import HubService
import HubStore

/// People's messages that something is on its way for: words to an agent, a file to or from a server. What became of it is said there.
struct AskerTable {
    let connection: any SQLConnection

    struct Asker: Sendable {
        let bot: Int64
        let chat: Int64
        let message: Int
        /// The forum topic.
        let topic: Int?
    }

    static func key(_ receipt: Receipt) -> String { key(receipt.kind, receipt.text, for: receipt.task) }

    static func key(_ kind: Push.Kind, _ text: String, for task: AgentTask.ID) -> String {
        "\(kind.rawValue)/\(task)/\(Hex.encode(SHA256.digest(of: Array(text.utf8))))"
    }

    static func key(_ file: HubFile.ID) -> String { "file/\(file)" }

    func put(_ asker: Asker, for key: String, at now: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO telegram_asker (key, bot, chat, message, topic, asked_at)
            VALUES (\(key), \(asker.bot), \(asker.chat), \(asker.message), \(asker.topic), \(now))
            ON CONFLICT (key, bot, chat, message) DO NOTHING
            """)
    }

    /// The first that asked and has not heard; it counts as told.
    func take(_ key: String) throws -> Asker? {
        guard
            let row = try connection.row(
                "SELECT bot, chat, message, topic FROM telegram_asker WHERE key = \(key) ORDER BY asked_at, message LIMIT 1")
        else { return nil }
        var reader = RowReader(row)
        let asker = Asker(
            bot: try reader.int64(), chat: try reader.int64(), message: try reader.int(), topic: try reader.optionalInt().map { Int($0) })
        try connection.execute(
            "DELETE FROM telegram_asker WHERE key = \(key) AND bot = \(asker.bot) AND chat = \(asker.chat) AND message = \(asker.message)")
        return asker
    }

    /// What the event settles.
    func key(settledBy event: Event) throws -> String? {
        switch event.fact.kind {
        case .pushDelivered, .pushDropped:
            guard let id = event.fact.data["push"]?.string.flatMap({ Push.ID($0) }), let push = try PushTable(connection).find(id),
                let task = push.task
            else { return nil }
            let text = ["content", "response", "feedback"].lazy.compactMap { push.payload[$0]?.string }.first
            return text.map { Self.key(push.kind, $0, for: task) }
        case .fileDelivered, .fileReceived, .fileFailed:
            return event.fact.data["file"]?.string.flatMap { HubFile.ID($0) }.map { Self.key($0) }
        default: return nil
        }
    }
}

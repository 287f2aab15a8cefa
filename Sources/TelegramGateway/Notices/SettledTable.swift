import ChatOps
import HubCore
import HubStore

/// What was settled while messages about it were still on their way: each of them is redrawn once it has arrived.
struct SettledTable {
    let connection: any SQLConnection

    /// The chats of all bots that something is on its way to.
    func chatsToCome() throws -> [(bot: Int64, chat: Int64)] {
        try connection.rows("SELECT DISTINCT bot, chat FROM telegram_outbox WHERE finished_at IS NULL").map { row in
            var reader = RowReader(row)
            return (try reader.int64(), try reader.int64())
        }
    }

    /// - Parameter number: calls with smaller numbers were stored before; later ones know better.
    func put(_ redraw: Notice.Redraw, _ label: TaskLabel, number: Int64, at now: Timestamp) throws {
        let message = try redraw.message.map { try StoredJSON.text($0) }
        try connection.execute(
            """
            INSERT INTO telegram_settled (topic, is_short, number, message, settled_at)
            VALUES (\(try StoredJSON.text(redraw.topic)), \(label == .short), \(number), \(message), \(now))
            ON CONFLICT (topic, is_short) DO UPDATE SET number = excluded.number, message = excluded.message,
                settled_at = excluded.settled_at
            """)
    }

    /// What the message of a call becomes that was stored under `number` and has just arrived; `nil` where nothing is settled.
    func redraw(of topic: Topic, _ label: TaskLabel, storedAs number: Int64) throws -> Notice.Redraw? {
        guard
            let row = try connection.row(
                """
                SELECT message FROM telegram_settled
                WHERE topic = \(try StoredJSON.text(topic)) AND is_short = \(label == .short) AND number > \(number)
                """)
        else { return nil }
        var reader = RowReader(row)
        return .init(topic, try reader.optionalText().flatMap { StoredJSON.read($0) })
    }
}

import Foundation
import HubCore
import HubStore
import TelegramBot

/// What came in. An update is here before Telegram is told that it may forget it, and its id stays for days after it was handled, so that
/// one that comes again is known. Ids are compared as a set: after a quiet week Telegram numbers from anywhere.
struct InboxTable {
    let connection: any SQLConnection

    /// - Returns: `false` where it is known already.
    func insert(_ update: RawUpdate, of bot: Int64, at now: Timestamp) throws -> Bool {
        let json = String(decoding: update.json, as: UTF8.self)
        return try connection.execute(
            """
            INSERT INTO telegram_inbox (bot, update_id, json, received_at) VALUES (\(bot), \(update.id), \(json), \(now))
            ON CONFLICT (bot, update_id) DO NOTHING
            """) == 1
    }

    /// Marks it handled and forgets its text, which may hold a code or a secret.
    func markHandled(_ update: Int64, of bot: Int64, at now: Timestamp) throws {
        try connection.execute(
            "UPDATE telegram_inbox SET handled_at = \(now), json = NULL WHERE bot = \(bot) AND update_id = \(update)")
    }

    /// What was stored and not handled, in the order in which it came.
    func waiting(of bot: Int64) throws -> [(update: RawUpdate, receivedAt: Timestamp)] {
        try connection.rows(
            """
            SELECT update_id, json, received_at FROM telegram_inbox WHERE bot = \(bot) AND handled_at IS NULL
            ORDER BY received_at, update_id
            """
        ).map { row in
            var reader = RowReader(row)
            let update = RawUpdate(id: try reader.int64(), json: Data(try reader.text().utf8))
            return (update, try reader.time())
        }
    }

    /// Telegram keeps updates for a day, so that an id may go after three.
    func clean(at now: Timestamp) throws {
        try connection.execute("DELETE FROM telegram_inbox WHERE handled_at < \(now - .seconds(72 * 3600))")
    }
}

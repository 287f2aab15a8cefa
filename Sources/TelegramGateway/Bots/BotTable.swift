import Cryptography
import HubCore
import HubService
import HubStore
import TelegramBot

/// The stored bots. Tokens are sealed: the database file alone opens no bot.
struct BotTable {
    let connection: any SQLConnection

    struct Row: Sendable {
        let id: Int64
        let username: String?
        let token: BotToken
    }

    /// - Throws: ``SQLFault``, and ``HubError/unavailable(_:)`` where a token was sealed under another master key.
    func all(_ vault: Vault) throws -> [Row] {
        try connection.rows("SELECT id, username, token FROM telegram_bot ORDER BY added_at, id").map { row in
            var reader = RowReader(row)
            let (id, username) = (try reader.int64(), try reader.optionalText())
            let secret = try Self.open(try reader.blob(), of: id, vault)
            guard let token = BotToken(secret.revealed) else { throw SQLFault.undecodable("a bot's token") }
            return Row(id: id, username: username, token: token)
        }
    }

    private static func open(_ sealed: [UInt8], of bot: Int64, _ vault: Vault) throws -> Secret {
        do {
            return try vault.open(sealed, purpose: purpose(bot))
        } catch is AESGCM.Failure {
            throw HubError.unavailable(
                "the token of bot \(bot) cannot be read: the master key is not the one that it was stored under. Put that key back, or add "
                    + "the bot anew with `orchestratia-hub bot add`")
        }
    }

    /// Adds a bot, or gives a known one another token.
    func put(_ token: BotToken, username: String?, _ vault: Vault, at now: Timestamp) throws {
        let sealed = try vault.seal(Secret(token.secret), purpose: Self.purpose(token.id))
        try connection.execute(
            """
            INSERT INTO telegram_bot (id, username, token, added_at) VALUES (\(token.id), \(username), \(sealed), \(now))
            ON CONFLICT (id) DO UPDATE SET token = excluded.token, username = COALESCE(excluded.username, telegram_bot.username)
            """)
    }

    func setUsername(_ username: String, of bot: Int64) throws {
        try connection.execute("UPDATE telegram_bot SET username = \(username) WHERE id = \(bot)")
    }

    func nextOffset(of bot: Int64) throws -> Int64? {
        guard let row = try connection.row("SELECT next_offset FROM telegram_bot WHERE id = \(bot)") else { return nil }
        var reader = RowReader(row)
        return try reader.optionalInt()
    }

    func setNextOffset(_ offset: Int64, of bot: Int64) throws {
        try connection.execute("UPDATE telegram_bot SET next_offset = \(offset) WHERE id = \(bot)")
    }

    /// Forgets the bot and what waits to be sent by it. Cards and buttons stay: they may come back with the bot.
    func remove(_ bot: Int64) throws {
        try connection.execute("DELETE FROM telegram_outbox WHERE bot = \(bot) AND finished_at IS NULL")
        try connection.execute("DELETE FROM telegram_tail WHERE bot = \(bot)")
        try connection.execute("DELETE FROM telegram_bot WHERE id = \(bot)")
    }

    private static func purpose(_ bot: Int64) -> String { "telegram bot \(bot)" }
}

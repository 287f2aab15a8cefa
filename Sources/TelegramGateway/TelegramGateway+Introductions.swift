import HubService
import HubStore

extension TelegramGateway {
    /// The stored bots, whether this gateway runs or not; oldest first.
    package func storedBotNames() async throws -> [(id: Int64, username: String?)] {
        let vault = hub.vault
        return try await hub.database.read { try BotTable(connection: $0).all(vault).map { ($0.id, $0.username) } }
    }

    /// The last event that chats were told of, or needed not be, and the last that there is.
    ///
    /// - Throws: ``SQLFault``
    package func noticesTold() async throws -> (told: Int64, last: Int64) {
        try await hub.database.read { connection in
            let last = try EventTable(connection).lastSequence()
            return (try SubscriberTable(connection).cursor(of: Notifier.name) ?? last, last)
        }
    }

    /// Every bot with its user name, once each one's first `getMe` has answered or failed, or the time is up; `nil` for those that Telegram
    /// has not named since the start.
    package func introductions(atMost limit: Duration) async throws -> [(id: Int64, username: String?)] {
        let deadline = ContinuousClock.now + limit
        // Those of the configuration are stored only then.
        _ = await haveBegun.wait(atMost: limit)
        let names = try await storedBotNames()
        let rest = max(deadline - ContinuousClock.now, .zero)
        return await withTaskGroup(of: (Int64, String?).self) { group in
            for bot in names {
                group.addTask { (bot.id, await self.line(bot.id)?.introduction.wait(atMost: rest)) }
            }
            var found: [Int64: String?] = [:]
            for await (id, username) in group { found[id] = username }
            return names.map { ($0.id, found[$0.id] ?? nil) }
        }
    }
}

import HubService
import HubStore
import TelegramBot

/// What came of looking after a stored bot.
package struct BotCheck: Sendable, Equatable {
    package let id: Int64
    package let username: String?
    /// What is wrong, and what to do about it; `nil`: the bot works.
    package let trouble: String?
}

extension TelegramGateway {
    /// So many bots are asked at once.
    private static let checkedTogether = 16

    /// How each stored bot does, oldest first: as its poll goes, or, where none was answered yet, as Telegram says when it is asked.
    ///
    /// A gateway that does not run leaves those of its configuration out, whose stored tokens the next start replaces.
    ///
    /// - Throws: ``SQLFault``, and ``HubError/unavailable(_:)`` where a token cannot be read.
    package func checkBots() async throws -> [BotCheck] {
        let vault = hub.vault
        let rows = try await hub.database.read { try BotTable(connection: $0).all(vault) }
        let lines = Dictionary(self.lines.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let due = rows.filter { lines[$0.id] != nil || !isConfigured($0.id) }
        return await withTaskGroup(of: BotCheck.self) { group in
            var waiting = due.makeIterator()
            for _ in 0..<Self.checkedTogether {
                if let row = waiting.next() { group.addTask { await self.check(row, lines[row.id]) } }
            }
            var checks: [Int64: BotCheck] = [:]
            for await check in group {
                checks[check.id] = check
                if let row = waiting.next() { group.addTask { await self.check(row, lines[row.id]) } }
            }
            return due.compactMap { checks[$0.id] }
        }
    }

    private func check(_ row: BotTable.Row, _ line: BotLine?) async -> BotCheck {
        if let status = line?.status, status.state != .polling || status.secondsSincePoll != nil {
            return BotCheck(row, status.username, status.state)
        }
        do {
            return BotCheck(row, try await client(row.token).me().username, .polling)
        } catch BotAPIError.unauthorized {
            return BotCheck(row, row.username, .unauthorized)
        } catch {
            return BotCheck(row, row.username, .failing("\(error)"))
        }
    }
}

extension BotCheck {
    fileprivate init(_ row: BotTable.Row, _ username: String?, _ state: BotStatus.State) {
        var trouble = state.trouble
        if case .failing(let reason) = state { trouble = "\(reason): check the network, and ORCHESTRATIA_TELEGRAM_PROXY" }
        self.init(id: row.id, username: username, trouble: trouble)
    }
}

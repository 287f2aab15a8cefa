import HubCore
import HubService
import HubStore
import Logging
import TelegramBot

/// Deletes messages that show a secret, when their time has come. The times are rows, so that a restart forgets none.
final class Deletions: Sendable {
    struct Row: Hashable, Sendable {
        let bot: Int64
        let chat: Int64
        let message: Int
        let due: Timestamp
    }

    private let hub: Hub
    private let log: Logger
    private let delete: @Sendable (Row) async throws -> Void
    private let waker = Waker()

    /// - Parameter delete: throws ``BotAPIError`` where it should be tried again.
    init(hub: Hub, log: Logger, delete: @escaping @Sendable (Row) async throws -> Void) {
        (self.hub, self.log, self.delete) = (hub, log, delete)
    }

    /// A row was written.
    func added() { waker.wake() }

    /// Until cancelled. Runs once.
    func run() async {
        while !Task.isCancelled {
            let next = await deleteDue()
            await waker.wait(until: next, clock: hub.clock)
        }
    }

    /// - Returns: when the next is due.
    private func deleteDue() async -> Timestamp? {
        do {
            while let row = try await first() {
                guard row.due <= hub.clock.now() else { return row.due }
                do { try await delete(row) } catch let error as BotAPIError where error.remedy.isTemporary {
                    let later = hub.clock.now() + .seconds(30)
                    _ = try await hub.database.write {
                        try $0.execute(
                            "UPDATE telegram_deletion SET due = \(later) WHERE bot = \(row.bot) AND chat = \(row.chat) AND message = \(row.message)"
                        )
                    }
                    continue
                } catch let error as BotAPIError {
                    log.warning("a message could not be deleted", metadata: ["bot": "\(row.bot)", "error": "\(error)"])
                }
                _ = try await hub.database.write {
                    try $0.execute(
                        "DELETE FROM telegram_deletion WHERE bot = \(row.bot) AND chat = \(row.chat) AND message = \(row.message)")
                }
            }
            return nil
        } catch {
            if !(error is CancellationError) {
                log.error("deletions could not go on", metadata: ["error": "\(HubError(error))"])
            }
            return hub.clock.now() + .seconds(5)
        }
    }

    private func first() async throws -> Row? {
        try await hub.database.read { connection in
            try connection.row("SELECT bot, chat, message, due FROM telegram_deletion ORDER BY due LIMIT 1").map { row in
                var reader = RowReader(row)
                return Row(bot: try reader.int64(), chat: try reader.int64(), message: try reader.int(), due: try reader.time())
            }
        }
    }
}

extension BotAPIError.Remedy {
    fileprivate var isTemporary: Bool {
        switch self {
        case .repeatAfter, .backOff, .backOffUncertain, .stopBot: true
        default: false
        }
    }
}

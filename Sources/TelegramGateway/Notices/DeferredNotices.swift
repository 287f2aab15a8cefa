import HubCore
import HubService
import HubStore
import Logging

/// Tells what quiet hours have held, in order, when they end. What is held are rows, so that a restart forgets none.
final class DeferredNotices: Sendable {
    /// At most so long at a time: a clock may be set, and a machine sleep.
    private static let longestWait: Duration = .seconds(300)
    private static let batch = 64

    private let hub: Hub
    private let notifier: Notifier
    private let log: Logger
    private let send: @Sendable ([OutboxItem]) -> Void
    private let waker = Waker()

    init(hub: Hub, notifier: Notifier, log: Logger, send: @escaping @Sendable ([OutboxItem]) -> Void) {
        (self.hub, self.notifier, self.log, self.send) = (hub, notifier, log, send)
    }

    /// Rows were written, or their time was changed.
    func changed() { waker.wake() }

    /// Until cancelled. Runs once.
    func run() async {
        while !Task.isCancelled {
            let next = await tellDue()
            await waker.wait(until: next.map { min($0, hub.clock.now() + Self.longestWait) }, clock: hub.clock)
        }
    }

    /// - Returns: when there is something to tell next.
    private func tellDue() async -> Timestamp? {
        do {
            while let next = try await hub.database.read({ try DeferredTable(connection: $0).next() }) {
                guard next <= hub.clock.now() else { return next }
                send(try await tellBatch())
            }
            return nil
        } catch {
            if !(error is CancellationError) {
                log.error("what quiet hours held could not be told", metadata: ["error": "\(HubError(error))"])
            }
            return hub.clock.now() + .seconds(5)
        }
    }

    private func tellBatch() async throws -> [OutboxItem] {
        let (now, vault, spending, notifier, log) = (hub.clock.now(), hub.vault, hub.spending, notifier, log)
        return try await hub.database.write { connection in
            let deferred = DeferredTable(connection: connection)
            var items: [OutboxItem] = []
            for row in try deferred.due(at: now, limit: Self.batch) {
                let transaction = HubTransaction(connection: connection, now: now, caller: .hub, vault: vault, spending: spending)
                if let end = try transaction.project(row.project).settings.quietEnd(at: now) {
                    // Quiet again, as after a long time away.
                    _ = try deferred.postpone(row.project, until: end)
                    continue
                }
                try connection.execute("SAVEPOINT deferred_event")
                do {
                    if let event = try transaction.events.after(row.sequence - 1, limit: 1).first, event.sequence == row.sequence {
                        items += try notifier.tell(event, .late(wasDecision: row.wasDecision), in: transaction)
                    }
                    try connection.execute("RELEASE SAVEPOINT deferred_event")
                } catch SQLFault.failed(let what) {
                    throw SQLFault.failed(what)
                } catch {
                    try connection.execute("ROLLBACK TO SAVEPOINT deferred_event")
                    try connection.execute("RELEASE SAVEPOINT deferred_event")
                    log.error(
                        "an event that quiet hours held was passed over",
                        metadata: ["sequence": "\(row.sequence)", "error": "\(HubError(error))"])
                }
                try deferred.remove(row.sequence)
            }
            return items
        }
    }
}

import HubCore
import HubStore

/// Events after a sequence number, for those who may see a project.
package struct ListEvents: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    package var after: Int64
    package var limit: Int

    package init(in project: Project.ID, after: Int64, limit: Int = 100) {
        (self.project, self.after, self.limit) = (project, after, limit)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [Event] {
        try transaction.events.after(after, in: project.id, limit: min(max(limit, 1), 1000))
    }
}

extension Hub {
    /// Hands every event, in order, to `handle` inside the transaction that moves the subscriber's durable cursor: what `handle`
    /// writes happens once, whatever crashes. Runs until cancelled. A new subscriber begins with what happens from now on.
    ///
    /// A failing database is tried again; what else `handle` throws is a fault of the subscriber, which is logged: what it wrote for
    /// that event is undone, and the event is passed over rather than holding up all that follow.
    package func follow(
        as name: String, batch: Int = 64, handle: @escaping @Sendable (Event, HubTransaction) throws -> Void,
        afterBatch: @escaping @Sendable () async -> Void = {}
    ) async {
        for await _ in database.observe(EventTable.signal) {
            // The next request of whoever caused the event is on its way: waiting for it lets both share a commit.
            try? await Task.sleep(for: Self.gatheringTime)
            while !Task.isCancelled {
                do {
                    let (count, effects) = try await takeBatch(of: batch, as: name, handle)
                    for effect in effects { effect(self) }
                    if count > 0 { await afterBatch() }
                    // What came meanwhile has raised the signal again.
                    if count < batch { break }
                } catch {
                    log.error("a subscriber could not go on", metadata: ["subscriber": "\(name)", "error": "\(HubError(error))"])
                    // Cancellation ends the wait, and the loop with it.
                    try? await clock.sleep(until: clock.now() + .seconds(1))
                }
            }
        }
    }

    /// How long a follower lets events gather. Long enough for a client on this machine to ask again, and short beside the hundred
    /// milliseconds in which a notification must be on its way.
    private static let gatheringTime: Duration = .milliseconds(1)

    private func takeBatch(
        of limit: Int, as name: String, _ handle: @escaping @Sendable (Event, HubTransaction) throws -> Void
    ) async throws -> (count: Int, effects: [@Sendable (Hub) -> Void]) {
        let now = clock.now()
        let (vault, log, spending) = (vault, log, spending)
        return try await database.write { connection in
            let (cursors, table) = (SubscriberTable(connection), EventTable(connection))
            guard let cursor = try cursors.cursor(of: name) else {
                try cursors.move(name, to: table.lastSequence())
                return (0, [])
            }
            let events = try table.after(cursor, limit: limit)
            guard let last = events.last else { return (0, []) }
            var effects: [@Sendable (Hub) -> Void] = []
            for event in events {
                // One transaction value for each event: what it remembers is undone together with what was written.
                let transaction = HubTransaction(connection: connection, now: now, caller: .hub, vault: vault, spending: spending)
                try connection.execute("SAVEPOINT subscriber_event")
                do {
                    try handle(event, transaction)
                    try transaction.seal()
                    try connection.execute("RELEASE SAVEPOINT subscriber_event")
                    effects += transaction.effects
                } catch SQLFault.failed(let what) {
                    throw SQLFault.failed(what)
                } catch {
                    try connection.execute("ROLLBACK TO SAVEPOINT subscriber_event")
                    try connection.execute("RELEASE SAVEPOINT subscriber_event")
                    log.error(
                        "a subscriber passed an event over",
                        metadata: ["subscriber": "\(name)", "sequence": "\(event.sequence)", "error": "\(HubError(error))"])
                }
            }
            try cursors.move(name, to: last.sequence)
            return (events.count, effects)
        }
    }

    /// Makes sure that a subscriber exists, so that it misses nothing that happens after this call.
    package func beginFollowing(as name: String) async throws {
        try await database.write { connection in
            let cursors = SubscriberTable(connection)
            if try cursors.cursor(of: name) == nil { try cursors.move(name, to: EventTable(connection).lastSequence()) }
        }
    }

    /// Asks again whenever something happened, until `answer` finds what it looks for or the time is up.
    ///
    /// - Returns: the last answer, found or not.
    package func wait<Answer: Sendable>(
        atMost limit: Duration, for answer: @escaping @Sendable () async throws -> (Answer, isFound: Bool)
    ) async throws -> Answer {
        let first = try await answer()
        if first.isFound || limit <= .zero { return first.0 }
        let deadline = clock.now() + limit
        let clock = clock
        let changes = database.observe(EventTable.signal)
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                for await _ in changes {
                    let next = try await answer()
                    if next.isFound { return next.0 }
                }
                return nil
            }
            group.addTask {
                try await clock.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            if let found = try await group.next() ?? nil { return found }
            return try await answer().0
        }
    }

    /// Checks every project's log against its hashes and its seal.
    ///
    /// - Returns: the damage by project name; empty if all is well.
    package func verifyAudit() async throws -> [(project: String, damage: EventChain.Damage)] {
        let key = vault.auditKey
        return try await database.read { connection in
            try ProjectTable(connection).all().compactMap { project in
                try EventChain.damage(in: project.id, events: EventTable(connection), key: key).map { (project.name, $0) }
            }
        }
    }
}

extension EventChain {
    static func damage(in project: Project.ID, events: EventTable, key: [UInt8]) throws -> Damage? {
        var (sequence, count, previous): (Int64, Int64, String?) = (0, 0, nil)
        while true {
            let page = try events.after(sequence, in: project, limit: 500)
            for event in page {
                guard hash(of: event.fact, in: project, at: event.at, after: previous) == event.hash else {
                    return .broken(sequence: event.sequence)
                }
                (sequence, count, previous) = (event.sequence, count + 1, event.hash)
            }
            if page.isEmpty { break }
        }
        // Every project has the event of its creation, so a log without a head was cut, too.
        guard let head = try events.head(of: project) else { return .tailCut }
        guard seal(count: head.count, hash: head.hash, in: project, key: key) == head.seal else { return .sealForged }
        return head.count == count && head.hash == previous ? nil : .tailCut
    }
}

import HubCore
import HubService
import HubStore

extension LiveSessions {
    /// Ends the terminals of sessions that are over, whoever ended them. In memory only: after a restart there are none to end.
    func followEvents() async {
        var cursor: Int64?
        for await _ in hub.database.observe(EventTable.signal) {
            do {
                guard let after = cursor else {
                    cursor = try await hub.database.read { try EventTable($0).lastSequence() }
                    try await endOver()
                    continue
                }
                var last = after
                while true {
                    let from = last
                    let events = try await hub.database.read { try EventTable($0).after(from, limit: 500) }
                    for event in events { await take(event) }
                    guard let end = events.last else { break }
                    last = end.sequence
                }
                cursor = last
            } catch is CancellationError {
                return
            } catch {
                // A statement that was cut short when the hub stopped says so in the database's words.
                if Task.isCancelled { return }
                // The next event brings it up again.
                log.error("the terminals could not follow the events", metadata: ["error": "\(HubError(error))"])
            }
        }
    }

    /// Ends what ended before the events were followed.
    private func endOver() async throws {
        let ids = allLive.map(\.id)
        let over = try await hub.database.read { connection in
            try ids.filter { try SessionTable(connection).find($0)?.isOver ?? true }
        }
        for id in over { await end(id) }
    }

    private func take(_ event: Event) async {
        switch event.fact.kind {
        case .sessionClosed, .sessionFailed:
            if event.fact.subject.kind == .session, let id = Session.ID(event.fact.subject.id) { await end(id) }
        default: break
        }
    }

    func cleanRecordings() async {
        while !Task.isCancelled {
            await folder?.clean(now: hub.clock.now())
            // Cancelled when the hub stops, which ends the loop.
            try? await Task.sleep(for: .seconds(3600))
        }
    }
}

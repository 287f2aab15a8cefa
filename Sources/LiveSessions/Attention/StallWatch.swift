import HubCore
import HubService
import HubStore

extension LiveSessions {
    private static let stallPeriod: Duration = .seconds(15)

    /// Tells people of tasks that should go on and whose terminals are silent.
    func watchStalls() async {
        let began = hub.clock.now()
        while !Task.isCancelled {
            // Cancelled when the hub stops, which ends the loop.
            try? await Task.sleep(for: Self.stallPeriod)
            guard !Task.isCancelled else { return }
            await lookForStalls(since: began)
        }
    }

    /// - Parameter began: before that the hub could hear nobody.
    func lookForStalls(since began: Timestamp) async {
        do {
            let working = try await hub.database.read { connection in
                let (tasks, projects) = (TaskTable(connection), ProjectTable(connection))
                var limits: [Project.ID: Duration?] = [:]
                return try SessionTable(connection).open().filter { $0.state == .active }.flatMap { session in
                    if limits[session.project] == nil {
                        limits.updateValue(try projects.find(session.project)?.settings.stallLimit, forKey: session.project)
                    }
                    guard let limit = limits[session.project] ?? nil else { return [] as [Working] }
                    return try tasks.placed(in: session.id).filter { $0.state == .running || $0.state == .planning }
                        .map { Working(task: $0, session: session, limit: limit) }
                }
            }
            for item in working { try await look(at: item, since: began) }
        } catch {
            log.error("the watch for stalls failed", metadata: ["error": "\(HubError(error))"])
        }
    }

    private struct Working: Sendable {
        let task: AgentTask
        let session: Session
        let limit: Duration
    }

    private func look(at item: Working, since began: Timestamp) async throws {
        guard let live = live(item.session.id) else { return }
        // Who waits for a person has asked already.
        guard await !live.isWaiting else { return }
        let heard = max(live.heardAt ?? began, item.task.since, item.session.since)
        // A program that says it works may take longer without a word.
        let limit = await live.isBusy ? item.limit * 3 : item.limit
        guard heard + limit <= hub.clock.now() else { return }
        try await hub.run(MarkStalled(.id(item.task.id), since: heard, level: .progress), as: .hub)
    }
}

import HubCore
import HubService
import HubStore
import Terminal

extension LiveSessions {
    private static let attentionPeriod: Duration = .milliseconds(500)

    /// Notices which terminals wait for somebody, and notes it for people.
    func watchAttention() async {
        while !Task.isCancelled {
            // Cancelled when the hub stops, which ends the loop.
            try? await Task.sleep(for: Self.attentionPeriod)
            for session in allLive where !Task.isCancelled { await reviewAttention(of: session) }
        }
    }

    func reviewAttention(of live: LiveSession) async {
        guard let change = await live.review(profiles, now: hub.clock.now()) else { return }
        do {
            try await note(change.seen, of: change.session)
            if change.hasWaited {
                try await hub.run(EndWaiting(live.id), as: .hub)
                // What was held back meanwhile.
                hub.doorbell.ring(change.session.server)
            }
        } catch {
            log.error("what a terminal waits for could not be noted", metadata: ["session": "\(live.id)", "error": "\(HubError(error))"])
        }
    }

    private func note(_ seen: Attention?, of session: Session) async throws {
        switch seen {
        case .permission(let question): try await hub.run(NoteWaiting(session.id, .permission, text: question.description), as: .hub)
        case .usageLimit(let limit): try await hub.run(NoteWaiting(session.id, .usageLimit, text: limit.text), as: .hub)
        case .unknown(let question):
            guard try await isWorking(session) else { return }
            try await hub.run(NoteWaiting(session.id, .unknown, text: question.description), as: .hub)
        case .input(let text):
            // An agent that has nothing to do waits for text, too.
            guard try await isWorking(session) else { return }
            try await hub.run(NoteWaiting(session.id, .input, text: text), as: .hub)
        case .exited:
            for task in try await tasks(of: session) {
                try await hub.run(MarkStalled(.id(task.id), since: hub.clock.now(), level: .process), as: .hub)
            }
        case .busy, nil: break
        }
    }

    /// Whether an agent should be doing something there.
    private func isWorking(_ session: Session) async throws -> Bool { try await !tasks(of: session).isEmpty }

    private func tasks(of session: Session) async throws -> [AgentTask] {
        try await hub.database.read { try TaskTable($0).placed(in: session.id) }.filter { $0.state == .running || $0.state == .planning }
    }

    /// Whether the terminal asks for leave to do something: what is typed would be taken for an answer.
    package func asksPermission(_ session: Session.ID) async -> Bool { await live(session)?.asksPermission ?? false }

    /// What the terminal waits for, as it was seen last.
    package func attention(of session: Session.ID) async -> Attention? { await live(session)?.seen }
}

extension Question {
    fileprivate var description: String {
        ([text] + options.map { $0.key.isEmpty ? $0.label : "\($0.key) \($0.label)" }).joined(separator: "\n")
    }
}

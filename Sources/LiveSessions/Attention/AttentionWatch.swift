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
            let isPrompt = try await note(change.seen, of: change.session)
            if change.hasWaited, !isPrompt {
                try await hub.run(EndWaiting(live.id), as: .hub)
                // What was held back meanwhile.
                hub.doorbell.ring(change.session.server)
            }
        } catch {
            log.error("what a terminal waits for could not be noted", metadata: ["session": "\(live.id)", "error": "\(HubError(error))"])
        }
    }

    /// - Returns: whether it is a prompt that people were told of, now or before.
    private func note(_ seen: Attention?, of session: Session) async throws -> Bool {
        func note(_ kind: Session.Prompt, _ text: String) async throws -> Bool {
            try await hub.run(NoteWaiting(session.id, kind, text: text), as: .hub)
            return true
        }
        switch seen {
        case .permission(let question): return try await note(.permission, question.description)
        case .usageLimit(let limit): return try await note(.usageLimit, limit.text)
        case .unknown(let question): return try await isWorking(session) ? note(.unknown, question.description) : false
        // An agent that has nothing to do waits for text, too.
        case .input(let text): return try await isWorking(session) ? note(.input, text) : false
        case .exited:
            for task in try await tasks(of: session) {
                try await hub.run(MarkStalled(.id(task.id), since: hub.clock.now(), level: .process), as: .hub)
            }
            return false
        case .busy, nil: return false
        }
    }

    /// Whether an agent should be doing something there.
    private func isWorking(_ session: Session) async throws -> Bool { try await !tasks(of: session).isEmpty }

    private func tasks(of session: Session) async throws -> [AgentTask] {
        try await hub.database.read { try TaskTable($0).placed(in: session.id) }.filter { $0.state == .running || $0.state == .planning }
    }

    /// Whether an agent in the terminal can be told something: not while it asks for leave to do something, since that would be taken
    /// for an answer, and not once its program is over, since the shell would carry it out.
    package func canBeTold(_ session: Session.ID) async -> Bool { await live(session)?.canBeTold ?? true }

    /// What the terminal waits for, as it was seen last.
    package func attention(of session: Session.ID) async -> Attention? { await live(session)?.seen }
}

extension Question {
    fileprivate var description: String {
        ([text] + options.map { $0.key.isEmpty ? $0.label : "\($0.key) \($0.label)" }).joined(separator: "\n")
    }
}

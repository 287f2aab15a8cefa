import HubCore
import HubService
import HubStore

extension ButtonAction {
    /// What a message that offers this is about; `nil` for what messages of several kinds offer.
    fileprivate var subject: Topic? {
        switch self {
        case .approve(let task, let hash), .revise(let task, let hash): hash.map { .plan(task, hash: $0) } ?? .review(task)
        case .answer(let intervention, let task, _): .intervention(intervention, task)
        case .choose(let session, _, _): .prompt(session, nil)
        case .sendBack, .later, .retry, .cancel, .release, .assign, .command, .press, .type, .send, .keep, .open: nil
        }
    }
}

extension ChatContext {
    /// What a message of ours is about that arrived without the hub being told so: the answer to the call was lost, so the same was posted
    /// once more, and only the second is noted. People reply to either.
    ///
    /// Its buttons tell it. One without is known only as a question that still waits, and only where every word is the same: it may hold
    /// words of agents anywhere, the last line included. So a question that filled several messages is not known again.
    func subject(ofUnnoted original: ChatRequest.Original) async throws -> Topic? {
        let subjects = Set(original.offers.compactMap(\.subject))
        if subjects.count == 1, case .prompt(let session, _)? = subjects.first {
            return .prompt(session, try await hub.database.read { try SessionTable($0).find(session)?.task })
        }
        guard subjects.isEmpty else { return subjects.count == 1 ? subjects.first : nil }
        guard var view = try await task(ofLink: original.text), let open = view.openIntervention else { return nil }
        for style in [CardStyle(label: label(in: view.project), now: now), try await style(for: view.project)] {
            // The server may have come or gone since.
            for isOnline in [true, false] {
                view.isServerOnline = isOnline
                let message = QuestionMessage(open, of: view, style).message()
                if message.text.plain.trimmed == original.text.trimmed { return .intervention(open.id, view.task.id) }
            }
        }
        return nil
    }

    /// The task that the last line names with a command to tap; `nil` also where the sender may not see it.
    private func task(ofLink text: String) async throws -> TaskView? {
        guard let last = text.split(separator: "\n").last, let line = CommandLine(String(last)) else { return nil }
        let split = line.splitting { $0 == "task" }
        guard split.name == "task", split != line, let name = TaskName(split.line) else { return nil }
        do { return try await view(named: name) } catch is HubError { return nil } catch is Refusal { return nil }
    }
}

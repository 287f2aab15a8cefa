import HubCore
import HubService

extension ButtonAction {
    /// What a message that offers this is about; `nil` where several kinds of message do, or none that can be replied to.
    var subject: Topic? {
        switch self {
        case .approve(let task, let hash), .revise(let task, let hash): hash.map { .plan(task, hash: $0) } ?? .review(task)
        case .answer(let intervention, let task, _): .intervention(intervention, task)
        case .retry(let task, _), .cancel(let task, _), .release(let task, _), .assign(let task, _): .task(task)
        case .press(let session, _, _), .type(let session), .send(let session, _), .choose(let session, _, _), .keep(let session):
            .terminal(session, nil)
        case .sendBack, .later, .command, .open: nil
        }
    }
}

extension ChatContext {
    /// What a message of ours is about that arrived without the hub being told so: the answer to the call was lost, so the same was posted
    /// once more, and only the second is noted. People reply to either.
    ///
    /// Its buttons tell it. One without buttons names its task in its last line, which is ours and not the agent's; whether it is that
    /// task's open question the words show.
    func subject(ofUnnoted original: ChatRequest.Original) async throws -> Topic? {
        let subjects = Set(original.offers.compactMap(\.subject))
        if subjects.count == 1 { return subjects.first }
        guard subjects.isEmpty, let view = try await task(ofLink: original.text) else { return nil }
        if let open = view.openIntervention, original.text.contains(QuestionMessage.words(of: open)) {
            return .intervention(open.id, view.task.id)
        }
        return .task(view.task.id)
    }

    /// `nil` also where the sender may not see the task.
    private func task(ofLink text: String) async throws -> TaskView? {
        guard let last = text.split(separator: "\n").last, let line = CommandLine(String(last)) else { return nil }
        let split = line.splitting { $0 == "task" }
        guard split.name == "task", split != line, let name = TaskName(split.line) else { return nil }
        do { return try await view(named: name) } catch is HubError { return nil } catch is Refusal { return nil }
    }
}

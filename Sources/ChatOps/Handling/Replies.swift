import HubCore
import HubService
import HubStore

/// Text that is no command: replies to our messages, and the next step of a conversation.
struct Replies {
    let context: ChatContext
    private var request: ChatRequest { context.request }

    init(context: ChatContext) {
        self.context = context
    }

    /// What a reply means depends on what it replies to.
    func reply(on original: ChatRequest.Original) async throws -> ChatReply {
        var reply: ChatReply
        do {
            switch original.topic {
            case .conversation where request.conversation != .none: return try await continueConversation()
            case .conversation: return ChatReply("That form is closed. Send /new to begin again.")
            // “cancel” in reply to the question for feedback is no feedback.
            case .plan where isCalledOff, .review where isCalledOff: return try await continueConversation()
            case .plan(let task, let hash): reply = try await revise(task, planHash: hash, feedback: request.text)
            case .review(let task): reply = try await revise(task, planHash: nil, feedback: request.text)
            case .intervention(let id, _):
                let outcome = try await context.run(Respond(to: .intervention(id), request.text))
                reply = ChatReply(Delivery.messages(for: outcome.view, in: context), reaction: "✍", receipt: Receipt(outcome.intervention))
            case .terminal(let session, _), .prompt(let session, _):
                let (view, card) = try await context.running(.id(session))
                let typist = Typist(context: context)
                let isAnswer = try await isAnswer(to: original.topic)
                reply =
                    !isAnswer && Self.isStop(request.text.trimmed.lowercased())
                    ? try await typist.interrupt(view, card: card)
                    : try await typist.type(request.text, quoting: original.quote, into: view, card: card)
            case .task(let task), .failure(let task), .confirmation(let task, _): reply = try await note(on: task)
            case .pipeline, nil:
                guard request.place.isPrivate else { return ChatReply(conversation: request.conversation) }
                if request.conversation != .none { return try await continueConversation() }
                return ChatReply("I don't know what to do with a reply to that message: /help lists what I understand.")
            }
        } catch {
            return try context.ops.refusal(error, context, keeping: keptConversation)
        }
        if reply.conversation == .none { reply.conversation = keptConversation }
        return reply
    }

    /// Whether the message asks for words and the terminal still waits for them: there “quit” is one of them.
    private func isAnswer(to topic: Topic?) async throws -> Bool {
        guard case .prompt(let session, _)? = topic else { return false }
        return try await context.hub.database.read { try SessionTable($0).prompt(of: session) } != nil
    }

    private var isCalledOff: Bool {
        if case .feedback = request.conversation { Self.isStop(request.text.trimmed.lowercased()) } else { false }
    }

    /// Feedback that was waited for is now given; a form that is open stays.
    private var keptConversation: Conversation {
        if case .feedback = request.conversation { .none } else { request.conversation }
    }

    func continueConversation() async throws -> ChatReply {
        let word = request.text.trimmed.lowercased()
        switch request.conversation {
        case .none: return ChatReply("There is nothing open to answer. Send /help to see what I understand.")
        case .feedback(let task, let hash):
            guard let id = AgentTask.ID(task) else { return ChatReply("That question is closed.") }
            if Self.isStop(word) { return ChatReply("Nothing was sent: the decision still waits.") }
            return try await revise(id, planHash: hash, feedback: request.text)
        case .template(let form):
            if Self.isStop(word) { return ChatReply("Dropped. Nothing was created.") }
            do {
                return try await TemplateCommand.go(on: form, with: request.text, in: context)
            } catch {
                return try context.ops.refusal(error, context, keeping: request.conversation)
            }
        case .newTask(let draft):
            if Self.isStop(word) { return ChatReply("Dropped. No task was created.") }
            do {
                return try await DraftForm(draft: draft, context: context).next(request.text)
            } catch {
                return try context.ops.refusal(error, context, keeping: request.conversation)
            }
        }
    }

    /// Words that always stop.
    static func isStop(_ word: String) -> Bool { ["cancel", "stop", "abort", "never mind", "nevermind", "quit"].contains(word) }

    private func note(on task: AgentTask.ID) async throws -> ChatReply {
        let isUrgent = request.text.trimmed.hasPrefix("!")
        let text = Typist.text(request.text.trimmed, quoting: isUrgent ? nil : request.repliedTo?.quote)
        let outcome = try await context.run(AddNote(.id(task), isUrgent ? String(text.dropFirst()).trimmed : text, isUrgent: isUrgent))
        var reply = ChatReply(Delivery.messages(for: outcome.view, in: context), reaction: "✍", receipt: Receipt(outcome.note))
        if outcome.view.task.state.waitsForPerson {
            let id = context.label.text(outcome.view)
            let what =
                switch outcome.view.task.state {
                case .planReview: "its plan still waits: /approve \(id) or /revise \(id)"
                case .review: "its result still waits: /approve \(id) or /revise \(id)"
                default: "its question still waits: /answer \(id) with your answer"
                }
            reply.messages += [ChatMessage(ChatText("Noted for the agent of \(id); \(what)."))]
        }
        return reply
    }

    /// Sends a plan or a result back. A bare “ok” is a guess away from an approval, and so neither.
    private func revise(_ task: AgentTask.ID, planHash: String?, feedback: String) async throws -> ChatReply {
        if Self.soundsLikeApproval(feedback) {
            let view = try await context.view(.id(task))
            let id = context.label.text(view)
            let sentence =
                "I don't take “\(AgentText.line(feedback, limit: 30))” for an approval: press Approve, or send /approve \(id). To ask for changes, reply with what should change."
            return ChatReply([ChatMessage(ChatText(sentence))], conversation: request.conversation)
        }
        do {
            return try await ReviseCommand.sendBack(.id(task), planHash: planHash, feedback: feedback, in: context)
        } catch let refusal as Decide.Refusal {
            return try await Waiting.show(task, after: refusal, keeping: feedback, in: context)
        }
    }

    static func soundsLikeApproval(_ text: String) -> Bool {
        let bare = text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " }.trimmed
        if bare.isEmpty { return !text.trimmed.isEmpty && text.count <= 8 }
        return [
            "ok", "okay", "k", "yes", "y", "yep", "yeah", "sure", "approve", "approved", "lgtm", "go", "go ahead", "fine", "good", "great",
            "looks good", "do it", "accept", "accepted", "perfect", "thanks", "nice", "ship it", "ja", "oui", "si", "да",
        ].contains(bare)
    }
}

import HubCore
import HubService

extension ChatOps {
    package func reply(to press: ButtonPress) async throws -> ChatReply {
        let request = ChatRequest(
            text: "", sender: press.sender, place: press.place, conversation: press.conversation, key: press.key)
        var context = ChatContext(ops: self, request: request)
        guard press.sender.person != nil else { return ChatReply(toast: Self.toast(Self.strangerLine), isAlert: true) }
        do {
            if case .command(let text, let inPlace) = press.action {
                guard let line = CommandLine(text) else { return ChatReply(toast: "This button does nothing any more.", isAlert: true) }
                (context.isInPlace, context.isPressed) = (inPlace, true)
                var reply = try await carryOut(line, in: context)
                // The form's own buttons say what becomes of it; all others leave it open.
                let isOwn = CommandRegistry.drafts[line.name] != nil || TemplateForm.asks(press.conversation, line)
                if !isOwn, reply.conversation == .none { reply.conversation = press.conversation }
                return reply
            }
            var reply = try await Presses(context: context).reply(to: press.action)
            if reply.conversation == .none { reply.conversation = press.conversation }
            return reply
        } catch let refusal as Refusal {
            return ChatReply([refusal.message], conversation: press.conversation)
        } catch let error as UsageError {
            return ChatReply(toast: Self.toast(Sentences.sentence(error.fault)), isAlert: true, conversation: press.conversation)
        } catch {
            let sentence = try Sentences.of(error, at: context.now)
            return ChatReply(toast: Self.toast(sentence), isAlert: true, conversation: press.conversation)
        }
    }

    /// Telegram shows 200 characters at a button.
    static func toast(_ text: String) -> String { text.count <= 200 ? text : text.prefix(199) + "…" }
}

/// What each kind of button does, with the presser's own rights.
struct Presses {
    let context: ChatContext

    func reply(to action: ButtonAction) async throws -> ChatReply {
        switch action {
        case .approve(let id, let hash): return try await approve(id, hash)
        case .revise(let id, let hash): return try await askForFeedback(id, hash)
        case .sendBack(let id, let hash, let feedback): return try await sendBack(id, hash, feedback)
        case .later(let id):
            let view = try await context.view(.id(id))
            // `/approve` would approve: it was shown.
            let command = "/task \(context.label.text(view)) \(view.task.state == .review ? "result" : "plan")"
            return ChatReply(toast: "It waits. \(command) brings it back, and /tasks waiting lists all that waits.")
        case .answer(let intervention, let task, let text): return try await answer(intervention, task, text)
        case .retry(let id, let isConfirmed):
            return try await isConfirmed ? stop(RetryTask(.id(id)), id, "🔁", "Retried") : confirm(.retry, id)
        case .cancel(let id, let isConfirmed):
            return try await isConfirmed ? stop(CancelTask(.id(id)), id, "🚫", "Cancelled") : confirm(.cancel, id)
        case .release(let id, let isConfirmed):
            return try await isConfirmed ? stop(ReleaseTask(.id(id)), id, "↩️", "Released") : confirm(.release, id)
        case .assign(let id, let server): return try await assign(id, server)
        case .press, .type, .send, .choose, .keep: return try await TerminalPresses(context: context).reply(to: action)
        case .command, .open: return .silence
        }
    }

    private func confirm(_ action: StopAction, _ id: AgentTask.ID) async throws -> ChatReply {
        ChatReply([try await action.question(about: .id(id), in: context)])
    }

    /// The question becomes one line: the task's card shows the rest, and stays current.
    private func stop<Case: UseCase>(_ useCase: Case, _ id: AgentTask.ID, _ emoji: String, _ done: String) async throws -> ChatReply
    where Case.Outcome == TaskOutcome {
        do {
            let view = try await context.run(useCase).view
            let by = AgentText.line(try context.person().name, limit: 64)
            var text = ChatText.bold("\(emoji) \(context.label.text(view))")
            text.append(" \(AgentText.line(view.task.content.title))\n\(done) by \(by), \(context.now.words(at: context.now))")
            text.nextLine(ChatText(context.label.link(view)))
            return ChatReply(toast: "\(done).", edit: ChatMessage(text, topic: .task(id)))
        } catch let error as AgentTask.IllegalTransition {
            return try await stale(id, error)
        }
    }

    private func approve(_ id: AgentTask.ID, _ hash: String?) async throws -> ChatReply {
        do {
            let outcome = try await context.run(Decide(.id(id), .approve, planHash: hash))
            let decision = try await decision(on: outcome, hash: hash)
            let edit = try await redrawn(outcome.view, hash, decision)
            guard outcome.isRepetition, let decision else { return ChatReply(toast: "Approved.", edit: edit) }
            return ChatReply(toast: Sentences.sentence(decision.already(at: context.now)), edit: edit)
        } catch let refusal as Decide.Refusal {
            let view = try await context.view(.id(id))
            let sentence = ChatOps.toast(try Sentences.of(refusal, at: context.now))
            switch refusal {
            case .alreadyDecided(let decision, _):
                return ChatReply(toast: sentence, isAlert: true, edit: try await redrawn(view, hash, decision))
            case .replaced:
                // The old message loses its buttons; the plan that counts comes as a new one.
                let style = try await context.style(for: view.project)
                var old = style.heading(view, emoji: "📋", " plan:")
                old.nextLine("This plan was replaced by a newer one.")
                let current = view.task.state == .planReview ? PlanMessage(view, style).message() : nil
                return ChatReply(
                    current.map { [$0] } ?? [], toast: sentence, isAlert: true, edit: ChatMessage(old, urgency: .card, topic: .task(id)))
            case .hashMissing, .feedbackMissing:
                return ChatReply(toast: sentence, isAlert: true)
            }
        } catch let error as AgentTask.IllegalTransition {
            return try await stale(id, error)
        }
    }

    /// Who decided: the plan says it itself; a result's decision is in the log.
    private func decision(on outcome: TaskOutcome, hash: String?) async throws -> AgentTask.Decision? {
        if hash != nil { return outcome.task.plan?.decision }
        return try await context.ask(LastDecision(task: outcome.task.id))
    }

    private func redrawn(_ view: TaskView, _ hash: String?, _ decision: AgentTask.Decision?) async throws -> ChatMessage? {
        guard hash != nil else { return ResultMessage(view, redrawing(view), decision: decision).redrawn() }
        return PlanMessage(view, redrawing(view)).redrawn()
    }

    /// As the notice of the decision draws it, so that the two edits of one message are the same.
    private func redrawing(_ view: TaskView) -> CardStyle { CardStyle(label: context.label(in: view.project), now: context.now) }

    /// The button comes too late: a sentence, and the card as the task stands now.
    private func stale(_ id: AgentTask.ID, _ error: AgentTask.IllegalTransition) async throws -> ChatReply {
        let view = try await context.view(.id(id))
        let sentence =
            "Too late: \(context.label.text(view)) is \(view.task.state.predicate) since \(view.task.since.words(at: context.now))."
        return ChatReply(toast: sentence, isAlert: true, edit: try await context.card(view))
    }

    private func askForFeedback(_ id: AgentTask.ID, _ hash: String?) async throws -> ChatReply {
        let view = try await context.view(.id(id))
        try await context.require(.decide, in: view.project)
        let isOpen = hash == nil ? view.task.state == .review : view.task.state == .planReview && view.task.plan?.hash == hash
        guard isOpen else {
            if let hash, let plan = view.task.plan, plan.hash == hash, let decision = plan.decision {
                return ChatReply(
                    toast: Sentences.sentence(decision.already(at: context.now)), isAlert: true,
                    edit: PlanMessage(view, redrawing(view)).redrawn())
            }
            let sentence = "Too late: \(context.label.text(view)) is \(view.task.state.predicate), and this can no longer be decided."
            return ChatReply(toast: sentence, isAlert: true, edit: try await context.card(view))
        }
        var text: ChatText = "What should change about the \(hash == nil ? "result" : "plan") of "
        text.append(context.label.text(view), .bold)
        text.append(
            context.request.place.isPrivate
                ? "? Reply with it, or send “cancel”." : "? Reply to this message with it, or with “cancel”.")
        let question = ChatMessage(
            text, topic: hash.map { .plan(id, hash: $0) } ?? .review(id), asksForReply: "What should change?")
        return ChatReply([question], conversation: .feedback(task: id.text, planHash: hash))
    }

    /// The message goes on to show the feedback, whatever came of it.
    private func sendBack(_ id: AgentTask.ID, _ hash: String?, _ feedback: String) async throws -> ChatReply {
        let message = FeedbackMessage(feedback)
        do {
            let sent = try await ReviseCommand.sendBack(.id(id), planHash: hash, feedback: feedback, in: context)
            let sentence = sent.messages.first?.text.plain ?? ""
            return ChatReply(toast: ChatOps.toast(sentence), edit: message.settled(sentence), receipt: sent.receipt)
        } catch let refusal as Decide.Refusal {
            let sentence = try Sentences.of(refusal, at: context.now)
            var reply = try await Waiting.show(id, after: refusal, keeping: feedback, in: context)
            (reply.toast, reply.isAlert, reply.edit) = (ChatOps.toast(sentence), true, message.settled(sentence))
            return reply
        }
    }

    private func answer(_ id: Intervention.ID, _ task: AgentTask.ID, _ text: String) async throws -> ChatReply {
        do {
            let outcome = try await context.run(Respond(to: .intervention(id), text))
            return ChatReply(
                toast: "Answered.", edit: QuestionMessage(outcome.intervention, of: outcome.view, redrawing(outcome.view)).message())
        } catch let error as Intervention.AlreadyDecided {
            let view = try await context.view(.id(task))
            return ChatReply(
                toast: ChatOps.toast(Sentences.sentence(try Sentences.of(error, at: context.now))), isAlert: true,
                edit: QuestionMessage(error.intervention, of: view, redrawing(view)).message())
        }
    }

    private func assign(_ id: AgentTask.ID, _ server: Server.ID?) async throws -> ChatReply {
        do {
            let outcome = try await AssignCommand.place(id, on: server.map(\.text), in: context)
            let toast = ChatOps.toast(AssignCommand.sentence(outcome, label: context.label))
            return ChatReply(toast: toast, isAlert: !outcome.warnings.isEmpty, edit: try await context.card(outcome.view))
        } catch let error as AgentTask.IllegalTransition {
            return try await stale(id, error)
        }
    }
}

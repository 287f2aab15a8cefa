import HubCore
import HubService
import HubStore

/// What the buttons of terminals do, with the presser's own rights.
struct TerminalPresses {
    let context: ChatContext

    func reply(to action: ButtonAction) async throws -> ChatReply {
        switch action {
        case .press(let id, let keys, let view): return try await press(keys, id, view)
        case .type(let id): return try await ask(id)
        case .send(let id, let text): return try await send(text, id)
        case .choose(let id, let choice, let prompt): return try await choose(choice, of: prompt, id)
        case .keep(let id): return try await keep(id)
        default: return .silence
        }
    }

    private func press(_ keys: [PadKey], _ id: Session.ID, _ shown: PadView) async throws -> ChatReply {
        let (view, card) = try await context.running(.id(id))
        let (toast, isDelivered) = try await Typist(context: context).press(keys, in: view)
        var reply = ChatReply(toast: ChatOps.toast(toast), isAlert: !isDelivered)
        switch shown {
        case .none: break
        case .screen: reply.edit = card.keyPad()
        case .picture: reply.edit = card.picture(withPad: true)
        }
        return reply
    }

    private func ask(_ id: Session.ID) async throws -> ChatReply {
        let card = try await context.running(.id(id)).card
        try await context.require(.typeIntoSession, in: card.project)
        var text: ChatText = "Reply to this message: your words are typed into "
        text.append(card.name, .bold)
        text.append(", with Enter behind them.")
        return ChatReply([ChatMessage(text, topic: card.topic, asksForReply: "What to type")])
    }

    /// The receipt is the toast; where it went wrong it waits for a tap.
    private func send(_ text: String, _ id: Session.ID) async throws -> ChatReply {
        let (view, card) = try await context.running(.id(id))
        let typed = try await Typist(context: context).type(text, into: view, card: card)
        let words = typed.messages.first?.text.plain ?? ""
        guard typed.reaction != nil else { return ChatReply(typed.messages, toast: ChatOps.toast(words), isAlert: true) }
        return ChatReply(toast: ChatOps.toast(words))
    }

    /// A press that comes late would answer what the terminal asks by then.
    private func choose(_ choice: PromptChoice, of prompt: String?, _ id: Session.ID) async throws -> ChatReply {
        if let prompt, try await context.hub.database.read({ try SessionTable($0).prompt(of: id) }) != prompt {
            try await context.require(.typeIntoSession, in: try await context.running(.id(id)).card.project)
            return ChatReply(toast: "It does not ask that any more: look at what it shows now.", isAlert: true)
        }
        return switch choice {
        case .key(let key): try await press([key], id, .none)
        case .text(let text): try await send(text, id)
        }
    }

    private func keep(_ id: Session.ID) async throws -> ChatReply {
        let view = try await context.session(.id(id))
        let card = try await context.card(view)
        try await context.require(.typeIntoSession, in: card.project)
        let by = AgentText.line(try context.person().name, limit: 64)
        var text = card.heading("🕰", " left alone")
        text.nextLine(
            ChatText("Kept by \(by), \(context.now.words(at: context.now)); if nothing moves for long again, you hear of it again."))
        return ChatReply(toast: "It stays as it is.", edit: ChatMessage(text, urgency: .card, topic: card.topic))
    }
}

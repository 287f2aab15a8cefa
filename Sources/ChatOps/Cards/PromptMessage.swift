import HubCore
import HubService

/// A terminal waits for somebody: what it shows, and buttons that press its keys. Whether the profile of the agent knows the prompt or
/// nobody does, it reaches people; then with a picture ahead, since words alone may not tell.
package struct PromptMessage {
    let card: SessionCard
    let kind: Session.Prompt
    /// What the terminal shows; data of an agent.
    let text: String

    private var session: Session { card.view.session }
    private var topic: Topic { .prompt(session.id, session.task ?? card.view.task?.id) }

    package func message() -> ChatMessage {
        var words = card.heading(emoji, verb)
        let shown = AgentText.tail(text, lines: 18, limit: 2400)
        if !shown.isEmpty {
            words.append("\n")
            words.append(shown, .pre(language: nil))
        }
        words.nextLine(ChatText(closing))
        return ChatMessage(
            words, buttons: card.style.shows(.typeIntoSession) ? buttons : [look], urgency: .decision, topic: topic,
            terminal: kind == .unknown ? .lines(session.id, count: shown.isEmpty ? 15 : 0, withPicture: true) : nil)
    }

    /// What the message becomes once somebody has acted, or the terminal is over.
    package func settled(_ sentence: String) -> ChatMessage {
        var words = card.heading(emoji, verb)
        words.nextLine(ChatText(sentence))
        return ChatMessage(
            words, buttons: session.isOver ? [] : [look + (card.style.shows(.typeIntoSession) ? [keys] : [])], urgency: .card, topic: topic)
    }

    private var emoji: String {
        switch kind {
        case .permission: "🔐"
        case .input, .unknown: "⌨️"
        case .usageLimit: "⏳"
        }
    }

    private var verb: String {
        switch kind {
        case .permission: " asks for permission:"
        case .input, .unknown: " is waiting for input:"
        case .usageLimit: " has reached a usage limit:"
        }
    }

    private var closing: String {
        guard card.style.shows(.typeIntoSession) else { return "It waits for a member." }
        guard kind == .usageLimit else { return options.isEmpty ? "Reply to type." : "Press an option, or reply to type." }
        guard let reset = UsageReset.read(text, at: card.style.now) else { return "Continue when it is over, or reply to type." }
        return "It ends \(reset.words(at: card.style.now)), in \(reset.since(card.style.now).words). Continue then, or reply to type."
    }

    private var options: [PromptOptions.Option] { PromptOptions.read(text) }

    private var buttons: [[ChatButton]] {
        var rows = options.map { option in
            let action: ButtonAction =
                switch option.effect {
                case .key(let key): .press(session.id, [key], .none)
                case .text(let text): .send(session.id, text)
                }
            return [ChatButton(option.label, action)]
        }
        if kind == .usageLimit { rows.append([ChatButton("▶️ Continue", .send(session.id, "continue"), style: .primary)]) }
        return rows + [look + [keys]]
    }

    private var look: [ChatButton] {
        [
            ChatButton("🖼 Picture", .command("/screen \(session.id.argument)", inPlace: false)),
            ChatButton("🖥 Watch", .command("/tail \(session.id.argument)", inPlace: false)),
        ]
    }

    private var keys: ChatButton { ChatButton("⌨️ Keys", .command("/keys \(session.id.argument)", inPlace: false)) }
}

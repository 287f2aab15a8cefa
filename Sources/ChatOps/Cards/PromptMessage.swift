import HubCore
import HubService

/// A terminal waits for somebody: what it shows, and buttons that press its keys. Whether the profile of the agent knows the prompt or
/// nobody does, it reaches people; then with a picture ahead, since words alone may not tell.
package struct PromptMessage {
    let card: SessionCard
    let kind: Session.Prompt
    /// What the terminal shows; data of an agent.
    let text: String
    /// Its fingerprint; `nil` for one from before there were any.
    let prompt: String?
    /// When it showed that first.
    let since: Timestamp

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
        case .usageLimit: isOver ? " had reached a usage limit:" : " has reached a usage limit:"
        }
    }

    private var closing: String {
        guard card.style.shows(.typeIntoSession) else { return "It waits for a member." }
        guard kind == .usageLimit else { return options.isEmpty ? "Reply to type." : "Press an option, or reply to type." }
        guard let reset else { return "Continue when it is over, or reply to type." }
        if isOver { return "It is over since \(reset.words(at: card.style.now)). Continue, or reply to type." }
        return "It ends \(reset.words(at: card.style.now)), in \(reset.since(card.style.now).words). Continue then, or reply to type."
    }

    /// When the usage limit ends; `nil` where its words do not tell.
    private var reset: Timestamp? { kind == .usageLimit ? UsageReset.read(text, at: since) : nil }
    private var isOver: Bool { reset.map { $0 <= card.style.now } ?? false }

    /// What the message becomes as the end of a usage limit comes near.
    ///
    /// - Parameter event: the sequence number of what told of the limit.
    func countdown(event: Int64) -> Countdown? {
        guard let reset else { return nil }
        let left = max(0, (reset.since(card.style.now).milliseconds + 59_999) / 60_000)
        // The nearer, the more often.
        let step: Int64 = left <= 10 ? 1 : left <= 120 ? 5 : 30
        var over: ChatMessage?
        if isOver {
            var words = card.heading("▶️", ": the usage limit is over")
            words.nextLine(ChatText("It ended \(reset.words(at: card.style.now)). Continue, or reply to type."))
            over = ChatMessage(
                words, buttons: card.style.shows(.typeIntoSession) ? [[proceed], look + [keys]] : [look], urgency: .decision, topic: topic)
        }
        return Countdown(event: event, stage: left / step * step, redraw: .init(topic, message()), end: reset, over: over)
    }

    private var options: [PromptOptions.Option] { PromptOptions.read(text) }

    private var buttons: [[ChatButton]] {
        var rows = options.map { [ChatButton($0.label, .choose(session.id, $0.effect, prompt: prompt))] }
        if kind == .usageLimit { rows.append([proceed]) }
        return rows + [look + [keys]]
    }

    private var proceed: ChatButton { ChatButton("▶️ Continue", .send(session.id, "continue"), style: .primary) }

    private var look: [ChatButton] {
        [
            ChatButton("🖼 Picture", .command("/screen \(session.id.argument)", inPlace: false)),
            ChatButton("🖥 Watch", .command("/tail \(session.id.argument)", inPlace: false)),
        ]
    }

    private var keys: ChatButton { ChatButton("⌨️ Keys", .command("/keys \(session.id.argument)", inPlace: false)) }
}

import HubCore
import HubService
import HubStore

/// Types for a person: passes the gate, types at most once for one message or press, and says what came of it as seen on the screen
/// (pain of every bridge: text that was “sent”, and sits unsubmitted).
struct Typist {
    let context: ChatContext

    /// A receipt in words, and 👌 on the message where the terminal took it.
    func type(_ text: String, quoting quote: String? = nil, into view: SessionView, card: SessionCard) async throws -> ChatReply {
        guard try await admit(view.session.id, .text) else { return ChatReply(ChatText(Self.repetition)) }
        let receipt = await context.terminals.type(Self.text(text, quoting: quote), into: view.session.id, submits: true)
        var message = ChatMessage(ChatText("\(card.name): \(Self.sentence(receipt, view))"), urgency: .card, topic: card.topic)
        if receipt == .typedNotSubmitted {
            message.buttons = [[ChatButton("Press Enter", .press(view.session.id, [PadKey(.enter)], .none), style: .primary)]]
        }
        return ChatReply([message], reaction: receipt == .submitted ? "👌" : nil)
    }

    /// What a reply that quotes a line types: the line as mail quotes it, and the words below.
    static func text(_ text: String, quoting quote: String?) -> String {
        guard let quote = quote?.trimmed, !quote.isEmpty else { return text }
        let lines = quote.split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" }
        return (lines + [text]).joined(separator: "\n")
    }

    /// - Returns: the toast.
    func press(_ keys: [PadKey], in view: SessionView) async throws -> (toast: String, isDelivered: Bool) {
        guard try await admit(view.session.id, .key) else { return (Self.repetition, false) }
        var receipt = TypingReceipt.submitted
        for key in keys {
            receipt = await context.terminals.press(key, in: view.session.id)
            if receipt == .noSession || receipt == .serverOffline { break }
        }
        let pressed = keys.map(\.label).joined(separator: " ")
        switch receipt {
        case .submitted: return ("\(pressed) pressed.", true)
        case .typedNotSubmitted: return ("\(pressed) pressed; the screen did not change.", true)
        case .noSession, .serverOffline: return (Self.sentence(receipt, view), false)
        }
    }

    /// - Returns: `false` where this very message or press has been typed before, perhaps.
    private func admit(_ session: Session.ID, _ kind: Session.Typing) async throws -> Bool {
        let key = context.request.key
        if try await context.hub.database.read({ try HandledTable($0).find(key) }) != nil { return false }
        _ = try await context.run(AdmitTyping(.id(session), kind))
        return true
    }

    static let repetition = "This was typed before, or the hub was interrupted while it typed: look at the screen before you repeat it."

    static func sentence(_ receipt: TypingReceipt, _ view: SessionView) -> String {
        switch receipt {
        case .submitted: "typed and submitted."
        case .typedNotSubmitted: "typed, but not submitted: the terminal did not take the Enter."
        case .noSession: "not delivered: there is no terminal to type into any more."
        case .serverOffline:
            "not delivered: \(AgentText.line(view.serverName, limit: 64)) is not connected. Nothing was kept; send it again later."
        }
    }
}

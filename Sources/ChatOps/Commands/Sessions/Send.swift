import HubCore
import HubService

/// `/send`: types a text into a session, and Enter.
struct SendCommand: ChatCommand {
    static let permission: Permission? = .typeIntoSession
    /// As it was written: whether the first word names a session depends on what the message replies to.
    let line: CommandLine

    init(_ line: CommandLine) throws(UsageError) {
        guard !line.rest.trimmed.isEmpty else { throw UsageError("say what to type") }
        self.line = line
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let (name, text) = split(inReplyToTerminal: context.request.repliedTo?.topic?.terminal != nil)
        let (view, card) = try await context.running(name)
        guard !text.isEmpty else { throw UsageError("say what to type") }
        return try await Typist(context: context).type(text, quoting: context.request.repliedTo?.quote, into: view, card: card)
    }

    /// In a reply to a terminal everything is text, unless it begins with a task or a session's id.
    private func split(inReplyToTerminal isReply: Bool) -> (SessionName?, String) {
        guard let word = line.words.first, let name = SessionName(word) else { return (nil, line.rest.trimmed) }
        let isNumber: Bool =
            switch name {
            case .id: true
            case .task(let task): word.contains("#") || { if case .id = task { true } else { false } }()
            case .named: false
            }
        guard isNumber || !isReply else { return (nil, line.rest.trimmed) }
        let after = line.line.dropFirst(word.count).trimmed
        return (name, (line.body.isEmpty ? after : after.isEmpty ? line.body : "\(after)\n\(line.body)").trimmed)
    }
}

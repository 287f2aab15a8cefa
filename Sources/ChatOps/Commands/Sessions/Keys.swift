import HubCore
import HubService

/// `/keys`: a key pad; `/keys #42 esc esc` presses them at once.
struct KeysCommand: ChatCommand {
    static let permission: Permission? = .typeIntoSession
    static let most = 20
    let session: SessionName?
    let keys: [PadKey]

    init(_ line: CommandLine) throws(UsageError) {
        var words = line.words[...]
        // What is a key is pressed: a session called `up` is named by its id.
        if let first = words.first, PadKey(first) == nil || TaskName(first) != nil && words.count == 1 {
            session = try line.optionalSession()
            words = words.dropFirst()
        } else {
            session = nil
        }
        guard words.count <= Self.most else { throw UsageError("that are more than \(Self.most) keys") }
        var keys: [PadKey] = []
        for word in words {
            guard let key = PadKey(word) else {
                let names = PadKey.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("“\(AgentText.line(word, limit: 40))” is no key: there are \(names), ctrl-c and single characters")
            }
            keys.append(key)
        }
        self.keys = keys
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let (view, card) = try await context.running(session)
        try await context.require(.typeIntoSession, in: card.project)
        guard !keys.isEmpty else { return context.reply(card.keyPad()) }
        let (toast, isDelivered) = try await Typist(context: context).press(keys, in: view)
        return isDelivered ? ChatReply([ChatMessage(ChatText(toast), urgency: .card, topic: card.topic)], reaction: "👌") : ChatReply(toast)
    }
}

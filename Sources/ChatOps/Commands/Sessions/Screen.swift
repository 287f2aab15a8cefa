import HubCore
import HubService

/// `/screen`: the terminal as a picture.
struct ScreenCommand: ChatCommand {
    static let permission: Permission? = .see
    let session: SessionName?
    /// With the key pad below.
    let withPad: Bool

    init(_ line: CommandLine) throws(UsageError) {
        withPad = line.words.last?.lowercased() == "pad"
        try line.atMost(withPad ? 2 : 1)
        session = withPad && line.words.count == 1 ? nil : try line.optionalSession()
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let (view, card) = try await context.running(session)
        guard await context.terminals.isLive(view.session.id) else {
            throw HubError.conflict("\(card.name) has nothing to show yet: \(card.standing)")
        }
        return context.reply(card.picture(withPad: withPad))
    }
}

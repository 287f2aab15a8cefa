import HubCore
import HubService

/// `/tail`: live output in one message.
struct TailCommand: ChatCommand {
    enum Action: String, CaseIterable { case pause, resume, stop }

    static let permission: Permission? = .see
    let session: SessionName?
    let action: Action?

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(2)
        if line.words.count == 1, let action = Action(rawValue: line.words[0].lowercased()) {
            (session, self.action) = (nil, action)
            return
        }
        session = try line.optionalSession()
        guard line.words.count == 2 else {
            action = nil
            return
        }
        guard let action = Action(rawValue: line.words[1].lowercased()) else {
            throw UsageError("“\(AgentText.line(line.words[1], limit: 40))” is nothing to do with a tail: there is pause, resume and stop")
        }
        self.action = action
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let view = try await context.session(session)
        let card = try await context.card(view)
        let isOver = view.session.isOver
        let state: TerminalView.Tail = isOver || action == .stop ? .over : action == .pause ? .paused : .live
        guard !isOver || context.isInPlace else {
            throw HubError.conflict("\(card.name) \(card.standing). /log and /replay \(view.session.id.argument) show what was there")
        }
        let message = card.tail(state, ending: nil)
        guard context.isInPlace else { return ChatReply([message]) }
        let toast = isOver ? "It is over." : state == .live ? "Live again." : state == .paused ? "Paused." : "Stopped."
        return ChatReply(toast: toast, edit: message)
    }
}

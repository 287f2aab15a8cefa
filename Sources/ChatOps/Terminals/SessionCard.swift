import HubCore
import HubService

/// The messages about one session: a live tail, its screen, its key pad.
package struct SessionCard {
    let view: SessionView
    let style: CardStyle
    let project: Project

    package init(_ view: SessionView, in project: Project, _ style: CardStyle) {
        (self.view, self.project, self.style) = (view, project, style)
    }

    private var session: Session { view.session }
    private var types: Bool { style.shows(.typeIntoSession) }

    /// `#42` and `web#42` for the session of a task, else the session's own name.
    package var name: String {
        guard let task = view.task else { return AgentText.line(session.name, limit: 64) }
        return style.label.text(task.number, in: project)
    }

    /// “🖥 web#42 Fix the login redirect”, and below it the profile and the server.
    func heading(_ emoji: String, _ verb: String = "") -> ChatText {
        var text: ChatText = "\(emoji) "
        text.append(name + verb, .bold)
        if let task = view.task { text.append(" " + AgentText.line(task.title, limit: 120)) }
        text.nextLine(ChatText("\(session.profile) on \(AgentText.line(view.serverName, limit: 64))"))
        return text
    }

    package var topic: Topic { .terminal(session.id, session.task) }

    // MARK: Tails

    /// A tail: the gateway puts the screen below the text, and keeps it current while it is live.
    package func tail(_ state: TerminalView.Tail, ending: TailEnd? = nil) -> ChatMessage {
        var text = heading(session.isOver ? "⏹" : state == .paused ? "⏸" : "🖥")
        switch state {
        case .live: text.append(" · live, reply to type")
        case .paused: text.append(" · paused")
        case .over: text.append(" · \(ending?.words ?? standing)")
        }
        return ChatMessage(
            text, buttons: buttons(state), urgency: .answer, topic: topic, terminal: .tail(session.id, state))
    }

    private func buttons(_ state: TerminalView.Tail) -> [[ChatButton]] {
        let id = session.id.argument
        func inPlace(_ label: String, _ what: String) -> ChatButton { ChatButton(label, .command("/tail \(id) \(what)", inPlace: true)) }
        func new(_ label: String, _ command: String) -> ChatButton { ChatButton(label, .command("/\(command) \(id)", inPlace: false)) }
        let past = [new("Full log", "log"), new("Replay", "replay")]
        switch state {
        case .live, .paused:
            let flow = state == .live ? inPlace("⏸ Pause", "pause") : inPlace("▶️ Resume", "resume")
            let hands = types ? [new("⌨️ Keys", "keys"), ChatButton("✏️ Type", .type(session.id))] : []
            return [[flow, inPlace("⏹ Stop", "stop"), new("🖼 Picture", "screen")], hands + [new("Full log", "log")]]
        case .over: return session.isOver ? [past] : [[inPlace("▶️ Watch on", "resume")] + past]
        }
    }

    /// “ended 12:03 UTC with exit code 1”.
    package var standing: String {
        switch session.state {
        case .starting: return "starting since \(session.since.words(at: style.now))"
        case .active: return "runs since \(session.since.words(at: style.now))"
        case .disconnected: return "its server is away since \(session.since.words(at: style.now))"
        case .closed:
            let code = session.exitCode.map { $0 < 0 ? " by signal \(-$0)" : $0 == 0 ? "" : " with exit code \($0)" } ?? ""
            let why = session.failure.map { ": \(AgentText.line($0, limit: 200))" } ?? ""
            return "ended \(session.since.words(at: style.now))\(code)\(why)"
        case .failed:
            return
                "did not start (\(session.since.words(at: style.now))): \(AgentText.line(session.failure ?? "nobody said why", limit: 200))"
        }
    }

    // MARK: Screens and keys

    func picture(withPad: Bool = false) -> ChatMessage {
        let id = session.id.argument
        var row = [ChatButton("🔄 Refresh", .command("/screen \(id)\(withPad ? " pad" : "")", inPlace: true))]
        if types, !withPad { row.append(ChatButton("⌨️ Keys", .command("/screen \(id) pad", inPlace: true))) }
        row.append(ChatButton("🖥 Watch", .command("/tail \(id)", inPlace: false)))
        var text = heading("🖼")
        text.append(" · \(style.now.words(at: style.now))")
        return ChatMessage(
            text, buttons: (withPad && types ? pad(.picture) : []) + [row], topic: topic, terminal: .picture(session.id))
    }

    func keyPad() -> ChatMessage {
        var text = heading("⌨️")
        text.append(" · press, or reply to type")
        let more = [
            ChatButton("🔄 Refresh", .command("/keys \(session.id.argument)", inPlace: true)), ChatButton("✏️ Type", .type(session.id)),
        ]
        return ChatMessage(text, buttons: pad(.screen) + [more], topic: topic, terminal: .screen(session.id))
    }

    private func pad(_ view: PadView) -> [[ChatButton]] {
        func key(_ key: PadKey) -> ChatButton { ChatButton(key.label, .press(session.id, [key], view)) }
        func named(_ name: PadKey.Name) -> ChatButton { key(PadKey(name)) }
        return [
            [named(.escape), named(.tab), key(PadKey(.control("c")))],
            [named(.left), named(.up), named(.down), named(.right)],
            [named(.enter), key(PadKey(.character("y"))), key(PadKey(.character("n")))],
        ]
    }
}

/// Why a tail ended without anybody's word.
package enum TailEnd: Hashable, Sendable {
    case timeIsUp
    /// The one who asked for it may not see the session any more.
    case mayNot

    var words: String {
        switch self {
        case .timeIsUp: "stopped after 15 minutes"
        case .mayNot: "stopped: you may not see it any more"
        }
    }
}

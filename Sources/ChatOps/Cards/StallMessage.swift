import HubCore
import HubService

/// A task that should go on does not: what is silent, since when, the last lines, and what can be done. One message a silence.
package struct StallMessage {
    let view: TaskView
    let style: CardStyle
    let level: MarkStalled.Level
    let since: Timestamp

    package func message() -> ChatMessage {
        let task = view.task
        var text = style.heading(view, emoji: "🐌", " does not go on:")
        let server = AgentText.line(view.serverName ?? "its server", limit: 64)
        let silent = style.now.since(since).words
        let what =
            switch level {
            case .server: "\(server) has not been heard from for \(silent)."
            case .process: "The agent's program on \(server) has ended, and the task has not: nobody works on it."
            case .progress: "Nothing has come from the agent on \(server) for \(silent)."
            }
        text.nextLine(ChatText(what))
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(
            text, buttons: buttons, urgency: .decision, topic: task.session.map { .terminal($0, task.id) } ?? .task(task.id),
            terminal: task.session.map { .lines($0, count: 15, withPicture: false) })
    }

    private var buttons: [[ChatButton]] {
        let id = view.task.id
        var rows: [[ChatButton]] = []
        if let session = view.task.session {
            rows.append([
                ChatButton("🖼 Picture", .command("/screen \(session.argument)", inPlace: false)),
                ChatButton("🖥 Watch", .command("/tail \(session.argument)", inPlace: false)),
            ])
            if style.shows(.typeIntoSession) {
                let nudge = ChatButton("👉 Nudge", .send(session, Self.nudge), style: .primary)
                rows.append((level == .progress ? [nudge] : []) + [ChatButton("Keep", .keep(session))])
            }
        }
        if style.shows(.releaseTask) {
            rows.append([
                ChatButton("Release", .release(id, isConfirmed: false)),
                ChatButton("Cancel", .cancel(id, isConfirmed: false), style: .danger),
            ])
        }
        return rows
    }

    static let nudge = "Please go on with the task. If something stops you, report it or ask for help."
}

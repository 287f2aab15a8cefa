import HubCore
import HubService

/// How texts name tasks: `#42` in a chat bound to one project, `web#42` anywhere else (chat page, "Settled details").
package enum TaskLabel: Hashable, Sendable {
    case short, qualified

    package func text(_ number: Int, in project: Project) -> String {
        self == .short ? "#\(number)" : "\(project.name)#\(number)"
    }

    package func text(_ view: TaskView) -> String { text(view.task.number, in: view.project) }

    /// A command that can be tapped.
    package func link(_ view: TaskView) -> String {
        self == .short ? "/task_\(view.task.number)" : "/task_\(view.project.name)_\(view.task.number)"
    }
}

extension AgentTask.State {
    var emoji: String {
        switch self {
        case .pending: "⏳"
        case .assigned: "📌"
        case .planning: "🗺"
        case .planReview: "📋"
        case .running: "🏃"
        case .needsHuman: "❓"
        case .review: "🔎"
        case .done: "✅"
        case .failed: "❌"
        case .cancelled: "🚫"
        }
    }
}

/// What every card needs beside its task.
package struct CardStyle: Sendable {
    package var label: TaskLabel
    package var now: Timestamp
    /// The role of the only reader; `nil` where several people read, and all buttons show.
    package var reader: Role?

    package init(label: TaskLabel, now: Timestamp, reader: Role? = nil) {
        (self.label, self.now, self.reader) = (label, now, reader)
    }

    func shows(_ permission: Permission) -> Bool { reader?.allows(permission) ?? true }

    /// “🏃 web#42 Fix the login redirect”.
    func heading(_ view: TaskView, emoji: String? = nil, _ verb: String = "") -> ChatText {
        var text: ChatText = "\(emoji ?? view.task.state.emoji) "
        text.append(label.text(view) + verb, .bold)
        text.append(" " + AgentText.line(view.task.content.title))
        return text
    }
}

extension ChatText {
    /// With a line break and more text behind it.
    mutating func nextLine(_ text: ChatText) {
        if !isEmpty { append("\n") }
        append(text)
    }
}

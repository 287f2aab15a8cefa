import HubCore
import HubService

/// What happens to words for an agent that cannot have them now: said at once, so that nobody waits in vain.
enum Delivery {
    /// `nil` where nothing stands in the way.
    static func sentence(for view: TaskView) -> String? {
        let task = view.task
        guard task.state.isPlaced, !view.isServerOnline else { return nil }
        return "Queued until \(AgentText.line(view.serverName ?? "its server", limit: 64)) is back: it is offline now."
    }

    static func messages(for view: TaskView, in context: ChatContext) -> [ChatMessage] {
        guard let sentence = sentence(for: view) else { return [] }
        return [ChatMessage(ChatText("\(context.label.text(view)): \(sentence)"), urgency: .card, topic: .task(view.task.id))]
    }
}

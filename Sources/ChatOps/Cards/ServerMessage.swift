import HubCore

/// One message for each server that is lost, and the same one when it is back.
package enum ServerMessage {
    /// Rings only if tasks hang on it.
    package static func lost(_ name: String, tasks: [String], at time: Timestamp, now: Timestamp) -> ChatMessage {
        let server = AgentText.line(name, limit: 64)
        var text: ChatText = "⚠️ "
        text.append(server, .bold)
        text.append(" is not heard from any more (\(time.words(at: now))).")
        if tasks.isEmpty {
            text.nextLine("It had no task.")
        } else {
            let shown = tasks.prefix(10).joined(separator: ", ") + (tasks.count > 10 ? " and \(tasks.count - 10) more" : "")
            text.nextLine(ChatText("It has \(shown)."))
            text.nextLine("Unless it is back within 5 minutes, what runs there is given to another server.")
        }
        return ChatMessage(text, urgency: tasks.isEmpty ? .result : .decision)
    }

    package static func back(_ name: String, away: Duration?, at time: Timestamp, now: Timestamp) -> ChatMessage {
        var text: ChatText = "✅ "
        text.append(AgentText.line(name, limit: 64), .bold)
        text.append(" is back (\(time.words(at: now)))\(away.map { ", it was away for \($0.words)" } ?? "").")
        return ChatMessage(text, urgency: .result)
    }
}

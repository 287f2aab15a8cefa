import HubCore
import HubService

/// The one message that shows how far a pipeline is.
struct PipelineCard {
    let view: PipelineView
    let now: Timestamp

    func message(urgency: ChatMessage.Urgency = .card) -> ChatMessage {
        let counts = view.counts
        var text = heading
        let share = counts.total == 0 ? 0 : 10 * counts[.done] / counts.total
        text.nextLine(
            ChatText(
                String(repeating: "▓", count: share) + String(repeating: "░", count: 10 - share)
                    + " \(counts[.done]) of \(counts.total) done"))
        text.nextLine(ChatText(standing))
        if let time = view.run.finishedAt {
            text.nextLine(ChatText("Finished \(time.words(at: now))."))
        } else if let remaining = view.remaining {
            text.nextLine(ChatText("About \(max(remaining, .seconds(1)).words) to go, judged by the tasks done last."))
        }
        let graph = ChatButton("Graph", .command("/graph P\(view.run.number)\(CommandLine.pin(view.run.project))", inPlace: false))
        return ChatMessage(text, buttons: [[graph]], urgency: urgency, topic: .pipeline(view.run.id), pipeline: view.run.id)
    }

    /// Once it is over, as a message of its own.
    func finished() -> ChatMessage {
        var text = heading
        let counts = view.counts
        text.nextLine(
            ChatText(
                counts[.done] == counts.total
                    ? "Finished: all \(counts.total) tasks are done, in \(took.words)."
                    : "Finished: \(counts[.done]) of \(counts.total) tasks are done, \(counts[.failed]) failed, \(counts[.cancelled]) cancelled, in \(took.words)."
            ))
        return ChatMessage(text, urgency: counts[.failed] > 0 ? .decision : .result, topic: .pipeline(view.run.id))
    }

    private var took: Duration {
        max(.milliseconds((view.run.finishedAt ?? now).milliseconds - view.run.createdAt.milliseconds), .seconds(1))
    }

    private var heading: ChatText {
        let emoji = view.run.finishedAt == nil ? "🏗" : view.counts[.done] == view.counts.total ? "🏁" : "⚠️"
        var text: ChatText = "\(emoji) "
        text.append("P\(view.run.number)", .bold)
        text.append(" \(AgentText.line(view.run.name ?? "pipeline", limit: 120)) · \(view.project.name)")
        return text
    }

    private var standing: String {
        let counts = view.counts
        let parts = [
            (counts.running, "🏃 %d running"), (counts.waitingForPeople, "❓ %d for people"), (counts[.pending], "⏳ %d waiting"),
            (counts[.failed], "❌ %d failed"), (counts[.cancelled], "🚫 %d cancelled"),
        ]
        let words = parts.filter { $0.0 > 0 }.map { $1.replacing("%d", with: String($0)) }
        return words.isEmpty ? "Nothing is left to do." : words.joined(separator: " · ")
    }
}

import HubCore
import HubService

/// Errors in words for people, the one place where that happens (style page, "Errors").
enum Sentences {
    /// A capital in front and a full stop behind.
    static func sentence(_ text: String) -> String {
        let text = text.trimmed
        guard let first = text.first else { return "" }
        // A server's or a project's name keeps its spelling.
        let word = text.prefix { !$0.isWhitespace }
        let begun = word.allSatisfy { $0.isLetter || ",:’'".contains($0) } ? first.uppercased() + text.dropFirst() : text
        return begun.last.map { ".!?…".contains($0) } == true ? begun : begun + "."
    }

    /// What people can do with such a task, by the names of the commands; what its agent can is not theirs.
    private static func instead(_ illegal: AgentTask.IllegalTransition) -> String {
        let words = AgentTask.Event.samples.filter { illegal.state.after($0) != nil }.compactMap { event -> String? in
            switch event {
            case .assigned: "assign"
            case .planApproved, .approved: "approve"
            case .planRevised, .revised: "revise"
            case .responded: "answer"
            case .released: "release"
            case .cancelled: "cancel"
            case .retried: "retry"
            case .started, .planSubmitted, .submitted, .completed, .failed, .helpRequested: nil
            }
        }.uniqued()
        return words.isEmpty ? "" : " (possible now: \(words.joined(separator: ", ")))"
    }

    /// What went wrong, for somebody in a chat.
    ///
    /// - Throws: ``HubError/unavailable(_:)``, which is no answer: the message is tried again.
    static func of(_ error: any Error, at now: Timestamp) throws -> String {
        if let refusal = error as? Decide.Refusal, case .alreadyDecided(let decision, let number) = refusal {
            return "#\(number) was \(decision.already(at: now))."
        }
        if let refusal = error as? Decide.Refusal, case .hashMissing(let number) = refusal {
            return "Look at the plan of #\(number) first: /task \(number) plan shows it with its buttons."
        }
        if let decided = error as? Intervention.AlreadyDecided, let answer = decided.intervention.answer {
            return "Already answered by \(AgentText.line(answer.by.name, limit: 64)), \(answer.at.words(at: now))."
        }
        if let illegal = error as? AgentTask.IllegalTransition {
            return
                "Task #\(illegal.number) is \(illegal.state.predicate), so it is not possible to \(illegal.event.words)\(instead(illegal))."
        }
        if let fault = error as? AgentTask.ContentFault, case .titleTooLong(let count) = fault {
            return
                "The title has \(count) characters, \(AgentTask.Content.maximumTitle) are allowed: put the rest into the details (in /new, the lines below it)."
        }
        switch HubError(error) {
        case .tooManyTries(let until): return "Too many wrong codes: try again after \(until.words(at: now))."
        case .keyReused: return "This message was handled before."
        case .unavailable: throw error
        case let other: return sentence(AgentText.line(other.description, limit: 600))
        }
    }
}

extension TaskPush {
    /// What an agent reads when something happened to its task (agent protocol, section 6.4).
    package var words: String {
        let (check, task) = ("Run `orchestratia task check`", task.map { " \($0.prefix(8))" } ?? "")
        switch content {
        case .assigned(let title, let from, let priority, let requirePlan):
            let name = title.isEmpty ? "" : ": \"\(title)\""
            let sender = from.map { $0.isEmpty ? "" : " from \($0)" } ?? ""
            let urgency = priority == "critical" || priority == "high" ? " Its priority is \(priority ?? "")." : ""
            return "You have a new task\(task)\(sender)\(name).\(urgency) \(check) to read it"
                + (requirePlan
                    ? ". A plan is wanted before anything is changed: work one out, and hand it in with `orchestratia task plan`."
                    : ", and begin.")
        case .approved: return "Your task\(task) was approved. \(check) to read it, and begin."
        case .planApproved: return "Your plan for task\(task) was approved: carry it out. \(check) for the details."
        case .planRevision(let feedback):
            return "Your plan for task\(task) needs changes: \(feedback)\n\(check), and hand in a new plan with `orchestratia task plan`."
        case .response(let response): return response
        case .note(let content, let author, let isUrgent):
            let from = author.map { $0.isEmpty ? "" : " from \($0)" } ?? ""
            return "\(isUrgent ? "Urgent note" : "Note")\(from) about task\(task): \(content)"
        case .question(let question, let source, _):
            let from = source.map { $0.isEmpty ? "" : " from \($0)" } ?? ""
            return "Question\(from): \(question)"
        case .updated: return "The description of your task\(task) has changed. \(check), and go by what it says now."
        }
    }
}

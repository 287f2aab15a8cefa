import WireProtocol

/// What an agent reads in its terminal when something happened to its task (agent protocol, section 6.4).
struct PushText: Hashable, Sendable {
    var text: String
    /// What the agent does is interrupted first.
    var interrupts: Bool
    /// It waits until the terminal has been quiet for a while.
    var waitsForQuiet: Bool

    init(_ push: TaskPush) {
        let (check, task) = ("Run `orchestratia task check`", push.task.map { " \($0.prefix(8))" } ?? "")
        (interrupts, waitsForQuiet) = (false, false)
        switch push.content {
        case .assigned(let title, let from, let priority, let requirePlan):
            let name = title.isEmpty ? "" : ": \"\(title)\""
            let sender = from.map { $0.isEmpty ? "" : " from \($0)" } ?? ""
            let urgency = priority == "critical" || priority == "high" ? " Its priority is \(priority ?? "")." : ""
            text = "You have a new task\(task)\(sender)\(name).\(urgency) \(check) to read it"
            text +=
                requirePlan
                ? ". A plan is wanted before anything is changed: work one out, and hand it in with `orchestratia task plan`."
                : ", and begin."
        case .approved: text = "Your task\(task) was approved. \(check) to read it, and begin."
        case .planApproved: text = "Your plan for task\(task) was approved: carry it out. \(check) for the details."
        case .planRevision(let feedback):
            text = "Your plan for task\(task) needs changes: \(feedback)\n\(check), and hand in a new plan with `orchestratia task plan`."
            interrupts = true
        case .response(let response): text = response
        case .note(let content, let author, let isUrgent):
            let from = author.map { $0.isEmpty ? "" : " from \($0)" } ?? ""
            text = "\(isUrgent ? "Urgent note" : "Note")\(from) about task\(task): \(content)"
            (interrupts, waitsForQuiet) = (isUrgent, !isUrgent)
        case .updated:
            text = "The description of your task\(task) has changed. \(check), and go by what it says now."
            interrupts = true
        }
    }

    /// The bytes to type, without what could steer the terminal or leave the paste.
    func typed(isBracketed: Bool) -> [UInt8] {
        var clean: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x0D: clean.append(isBracketed ? 0x0A : 0x20)
            case 0x09: clean.append(0x20)
            case 0..<0x20, 0x7F, 0x80...0x9F: break
            default: clean += Array(String(scalar).utf8)
            }
        }
        return isBracketed ? Array("\u{1B}[200~".utf8) + clean + Array("\u{1B}[201~".utf8) : clean
    }
}

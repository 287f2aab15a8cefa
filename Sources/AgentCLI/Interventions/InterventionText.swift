import HubCore

/// A question for people's eyes.
struct InterventionText {
    let intervention: JSONValue
    let console: Console

    var line: String {
        let status = intervention["status"]?.string ?? "?"
        let mark = console.style("[\(status)]", status == "responded" ? .green : .yellow)
        return
            "\((intervention["id"]?.string ?? "").prefix(8))  \(mark)  \(intervention["intervention_type"]?.string ?? "help")  \(intervention["question"]?.string ?? "")"
    }

    var full: String {
        var lines = [line]
        if let context = intervention["context"]?.string { lines.append("  \(context)") }
        for option in intervention["options"]?.array ?? [] {
            lines.append("  \(option["id"]?.string ?? "?") = \(option["label"]?.string ?? "")")
        }
        if let response = intervention["response"]?.string {
            lines.append("Answer" + (intervention["responded_by"]?.string.map { " of \($0)" } ?? "") + ": " + response)
        }
        return lines.joined(separator: "\n")
    }

    /// What an agent that has waited wants to read, and nothing else.
    var answer: String { intervention["response"]?.string ?? "(\(intervention["status"]?.string ?? "no answer"))" }
}

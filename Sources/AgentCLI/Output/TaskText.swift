import HubCore

/// A task for people's eyes, from the hub's JSON: whatever is missing is left out.
struct TaskText {
    let task: JSONValue
    let console: Console

    /// One line of a list.
    var line: String {
        var parts = [name, statusWord]
        if let priority = task["priority"]?.string, priority != "normal" { parts.append(priority) }
        if let server = task["assigned_server_name"]?.string { parts.append(console.style("on \(server)", .dim)) }
        return parts.joined(separator: "  ")
    }

    /// A few lines: what one sees after a change.
    var brief: String {
        var lines = [line, "  id        \(task["id"]?.string ?? "-")"]
        if let kind = task["type"]?.string { lines.append("  type      \(kind)") }
        if let repository = task["target_repo"]?.string {
            lines.append("  repo      \(repository)" + (task["target_branch"]?.string.map { " (\($0))" } ?? ""))
        }
        if let waiting = task["waiting"]?.string { lines.append("  waits     \(waiting)") }
        for warning in task["warnings"]?.array ?? [] {
            lines.append(console.style("  warning   \(warning.string ?? warning.text)", .yellow))
        }
        return lines.joined(separator: "\n")
    }

    /// Everything there is to work from.
    var full: String {
        var lines = [brief]
        for (key, label) in [
            ("attempt", "attempt"), ("created_by", "from"), ("source_session_name", "asked by"), ("target_session_name", "session"),
            ("started_at", "started"), ("completed_at", "ended"),
        ] {
            if let text = task[key].flatMap({ $0.string ?? $0.int.map(String.init) }) {
                lines.append("  \(label.padding(to: 9)) \(text)")
            }
        }
        if task["require_plan"]?.bool == true { lines.append("  plan      required before the work begins") }
        if task["require_review"]?.bool == true { lines.append("  review    required before it is done") }
        section("Spec", task["spec"]?.string, into: &lines)
        section("Accepted when", list(task["acceptance_criteria"]?.array?.compactMap(\.string)), into: &lines)
        section("Requirements", list(requirements), into: &lines)
        section("Depends on", list(dependencies), into: &lines)
        section("Inputs", list(inputs), into: &lines)
        section("Plan", task["plan"].flatMap(Self.summary), into: &lines)
        section("Feedback", task["plan_feedback"]?.string, into: &lines)
        if let error = task["result"]?["error"]?.string, task["result"]?["summary"] == nil {
            section("Failed", console.style(error, .red), into: &lines)
        } else {
            section("Result", task["result"].flatMap(Self.summary), into: &lines)
        }
        section("Question", question, into: &lines)
        return lines.joined(separator: "\n")
    }

    private var name: String {
        let number = task["number"]?.int.map { "#\($0)" } ?? String((task["id"]?.string ?? "").prefix(8))
        return console.style(number, .cyan) + " " + console.style(task["title"]?.string ?? "(no title)", .bold)
    }

    private var statusWord: String {
        let status = task["status"]?.string ?? "?"
        return console.style("[\(status.replacing("_", with: " "))]", Self.style(of: status))
    }

    static func style(of status: String) -> Console.Style {
        switch status {
        case "done": .green
        case "failed": .red
        case "plan_review", "needs_human", "review": .yellow
        case "running", "planning", "assigned": .cyan
        default: .dim
        }
    }

    private var requirements: [String]? {
        task["structured_spec"]?["requirements"]?.array?.compactMap { item in
            item["description"]?.string.map { text in (item["priority"]?.string).map { "[\($0)] \(text)" } ?? text }
        }
    }

    private var dependencies: [String]? {
        task["dependencies"]?.array?.map { edge in
            let upstream = edge["depends_on_number"]?.int.map { "#\($0)" } ?? edge["depends_on_task_id"]?.string ?? "?"
            let key = edge["contract_key"]?.string.map { " (\($0))" } ?? ""
            let state = edge["resolved"]?.bool == true ? console.style("resolved", .green) : "open"
            return "\(upstream) \(edge["dependency_type"]?.string ?? "blocks")\(key): \(state)"
        }
    }

    private var inputs: [String]? {
        task["resolved_inputs"]?.members?.map { "\($0.name): \(String($0.value.text.prefix(200)))" }
    }

    private var question: String? {
        guard let intervention = task["intervention"], let question = intervention["question"]?.string else { return nil }
        return question + (intervention["response"]?.string.map { "\nAnswer: \($0)" } ?? "\n(not answered yet)")
    }

    /// An object's `summary` if it has one, else the whole.
    private static func summary(_ value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .string(let text): text
        default: value["summary"]?.string ?? value.indented
        }
    }

    private func list(_ items: [String]?) -> String? {
        guard let items, !items.isEmpty else { return nil }
        return items.map { "- \($0)" }.joined(separator: "\n")
    }

    private func section(_ title: String, _ text: String?, into lines: inout [String]) {
        guard let text, !text.isEmpty else { return }
        lines.append("")
        lines.append(console.style(title, .bold))
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    }
}

extension String {
    func padding(to width: Int) -> String { count >= width ? self : self + String(repeating: " ", count: width - count) }
}

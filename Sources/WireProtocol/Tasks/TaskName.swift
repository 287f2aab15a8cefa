import HubCore

/// How a request names a task: by its id, or by the number that people use, with or without `#`.
package enum TaskName: Hashable, Sendable {
    case id(AgentTask.ID)
    case number(Int)

    package init?(_ text: some StringProtocol) {
        if let id = AgentTask.ID(text) {
            self = .id(id)
        } else if let number = Int(text.hasPrefix("#") ? String(text.dropFirst()) : String(text)), number > 0 {
            self = .number(number)
        } else {
            return nil
        }
    }

    init(json: JSONValue, named name: String) throws(WireFault) {
        let text = json.string ?? json.int.map(String.init)
        guard let task = text.flatMap({ TaskName($0) }) else { throw WireFault("\(name) must be a task's id or number") }
        self = task
    }
}

import HubCore
import HubService
import HubStore

/// Makes values of what somebody gave for a template's arguments, and knows what they could give.
struct TemplateLookup {
    let context: ChatContext
    let project: Project

    private static let suggestions = 8

    /// - Throws: ``UsageError`` saying what would be accepted.
    func value(of parameter: CommandTemplate.Parameter, _ given: String) async throws -> JSONValue {
        let text = given.trimmed
        let shown = AgentText.line(text, limit: 40)
        guard !text.isEmpty else { throw UsageError("\(parameter.name) is empty: it is \(parameter.summary)") }
        guard text.unicodeScalars.count <= AgentTask.Content.maximumSpec, !text.unicodeScalars.contains("\0") else {
            throw UsageError("\(parameter.name) is longer than \(AgentTask.Content.maximumSpec) characters, or contains NUL")
        }
        switch parameter.kind {
        case .text: return .string(text)
        case .number:
            guard let number = TemplateValue.number(text) else {
                throw UsageError("“\(shown)” is no number for \(parameter.name): write it like 3 or 2.5")
            }
            return number
        case .choice:
            guard let choice = parameter.choices.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw UsageError(
                    "“\(shown)” is none of the choices for \(parameter.name): there is \(parameter.choices.joined(separator: ", "))")
            }
            return .string(choice)
        case .task:
            guard let name = TaskName(text) else { throw UsageError("“\(shown)” is no task for \(parameter.name): write it like #42") }
            let view = try await context.view(named: name)
            guard view.project.id == project.id else {
                throw UsageError("\(context.label.text(view)) is in another project than \(project.name)")
            }
            return .string("#\(view.task.number)")
        case .server:
            let wanted = text.hasPrefix("@") ? String(text.dropFirst()) : text
            let names = try await servers().map(\.name)
            guard let name = names.first(where: { $0.lowercased() == wanted.lowercased() }) else {
                let there = names.isEmpty ? "none is registered yet" : "there is \(names.prefix(10).joined(separator: ", "))"
                throw UsageError("there is no server “\(shown)” in \(project.name): \(there)")
            }
            return .string(name)
        case .repository:
            guard text.utf8.count <= 256, !text.contains(where: \.isWhitespace) else {
                throw UsageError("“\(shown)” is no repository for \(parameter.name): write its name without blanks, as in web")
            }
            return .string(text)
        }
    }

    /// What is offered by buttons.
    func offers(for parameter: CommandTemplate.Parameter) async throws -> [(label: String, value: String)] {
        switch parameter.kind {
        case .text, .number: return []
        case .choice: return parameter.choices.map { (AgentText.line($0, limit: 40), $0) }
        case .server:
            return try await servers().filter { !$0.isDrained }.prefix(Self.suggestions).map {
                (AgentText.line($0.name, limit: 32), $0.name)
            }
        case .repository:
            let known = try await servers().reduce(into: Set<String>()) { $0.formUnion($1.capabilities.repositories) }
            return known.sorted().prefix(Self.suggestions).map { (AgentText.line($0, limit: 32), $0) }
        case .task:
            var filter = TaskFilter(project: project.id)
            filter.limit = Self.suggestions
            return try await context.ask(ListTasks(filter)).tasks.map { view in
                ("#\(view.task.number) \(AgentText.line(view.task.content.title, limit: 32))", "#\(view.task.number)")
            }
        }
    }

    private func servers() async throws -> [Server] { try await context.ask(ListServers(in: project.id)).map(\.server) }
}

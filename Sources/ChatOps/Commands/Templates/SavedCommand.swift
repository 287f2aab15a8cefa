import HubCore
import HubService
import WireProtocol

extension ChatContext {
    /// The command that a saved pipeline of the project makes, if there is one of that name.
    func savedCommand(named name: String) async throws -> CommandDeclaration? {
        guard SavedTemplate.isName(name), request.sender.person != nil, let project = try await knownProject() else { return nil }
        do {
            return CommandDeclaration(try await ask(GetTemplate(name, in: project.id)))
        } catch HubError.notFound, HubError.forbidden {
            return nil
        }
    }

    /// The commands that saved pipelines make here, by name.
    func savedCommands() async throws -> [CommandDeclaration] {
        guard request.sender.person != nil, let project = try await knownProject(), try await role(in: project.id) != nil else { return [] }
        return try await ask(ListTemplates(in: project.id)).map { CommandDeclaration($0) }
    }

    /// The project of the chat, or the person's only one.
    private func knownProject() async throws -> Project? {
        if let project = request.place.project { return project }
        let all = try await memberships()
        return all.count == 1 ? all[0].project : nil
    }
}

extension CommandDeclaration {
    init(_ saved: SavedTemplate) {
        let count = saved.document["tasks"]?.array?.count ?? 0
        let title = AgentText.line(saved.document["name"]?.string ?? saved.name, limit: 40)
        self.init(
            name: saved.name, aliases: [], group: "Saved", summary: "\(title): \(count == 1 ? "a task" : "\(count) tasks")",
            usage: "/\(saved.name)", examples: ["/\(saved.name)"], arguments: [], audience: .role(.member),
            scopes: Set(Scope.allCases), action: .template(CommandTemplate(TemplateDocument(saved.document, isVerbatim: true))))
    }
}

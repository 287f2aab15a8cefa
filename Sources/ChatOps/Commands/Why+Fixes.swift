import HubCore
import HubService

extension WhyCommand {
    /// Something that a task needed of its server, as the options of `/new` say it: `lang:swift`.
    struct Waiver: Hashable {
        let kind: Capabilities.Kind
        /// As it is compared: in lower case.
        let name: String

        init(_ kind: Capabilities.Kind, _ name: String) {
            (self.kind, self.name) = (kind, name.lowercased())
        }

        /// `nil` if the text is no such option.
        init?(_ text: String) {
            let text = text.withPlainPunctuation
            guard let colon = text.firstIndex(of: ":"), let kind = Capabilities.Kind(word: text[..<colon].lowercased()) else { return nil }
            let name = text[text.index(after: colon)...].trimmed
            guard !name.isEmpty else { return nil }
            self.init(kind, name)
        }

        /// What is to be edited in a task, so that it does without.
        func changes(to content: AgentTask.Content) -> EditTask.Changes {
            var requirements = content.requirements
            var changes = EditTask.Changes()
            switch kind {
            case .repositories: if content.repository?.lowercased() == name { changes.repository = "" }
            case .languages: requirements.languages.remove(name)
            case .environments: requirements.environments.remove(name)
            case .agents: if requirements.agent?.lowercased() == name { requirements.agent = nil }
            case .tools: requirements.tools.remove(name)
            case .tags: requirements.tags.remove(name)
            }
            changes.requirements = requirements
            return changes
        }
    }

    func waive(_ waiver: Waiver, of view: TaskView, in context: ChatContext) async throws -> ChatReply {
        let outcome = try await context.run(EditTask(.id(view.task.id), waiver.changes(to: view.task.content)))
        let text = ChatText(AssignCommand.sentence(outcome, label: context.label(in: view.project)))
        return context.reply(ChatMessage(text, topic: .task(view.task.id)))
    }

    /// A button where a command can do it and this person may.
    func fixes(
        _ fix: Placement.Fix, _ explanation: Placement.Explanation, _ view: TaskView, _ context: ChatContext
    ) async throws -> [[ChatButton]] {
        guard let role = try await context.role(in: view.project.id) else { return [] }
        func named(_ name: String) -> Server? { explanation.lines.first { $0.server.name == name }?.server }
        switch fix {
        case .assignAnyway(let name) where role.allows(.assignTask):
            guard let server = named(name) else { return [] }
            return [[ChatButton("Assign to \(AgentText.line(name, limit: 32)) anyway", .assign(view.task.id, server: server.id))]]
        case .undrain(let name) where role.allows(.editServer):
            guard let server = named(name) else { return [] }
            let order = "/servers \(server.id.text) undrain yes"
            return [[ChatButton("Let \(AgentText.line(name, limit: 32)) take work", .command(order, inPlace: false))]]
        case .dropPin where role.allows(.editTask):
            return [[ChatButton("Let it run anywhere", .command("/assign \(view.task.id.text) anywhere", inPlace: false))]]
        case .provide(let rule, let name):
            guard let server = named(name), let gap = rule.gap else { return [] }
            return Self.provisions(gap, server, view).filter { role.allows($0.permission) }.map { [$0.button] }
        case .registerServer where role.allows(.makeRegistrationToken) && context.request.place.isPrivate:
            return [[ChatButton("Register a server", .command("/token \(view.project.name)", inPlace: false))]]
        case .assignAnyway, .undrain, .dropPin, .registerServer, .bringOnline: return []
        }
    }

    /// To say that the server has it, and to do without. A name that a command line cannot carry gets no button.
    private static func provisions(
        _ gap: (kind: Capabilities.Kind, name: String), _ server: Server, _ view: TaskView
    ) -> [(permission: Permission, button: ChatButton)] {
        let (option, name) = (gap.kind.option, AgentText.line(gap.name, limit: 32))
        let has = "/servers \(server.id.text) \(option) +\(gap.name)"
        let without = "/why \(view.task.id.text) without \(option):\(gap.name)"
        var buttons: [(permission: Permission, button: ChatButton)] = []
        if let words = CommandLine(has).flatMap({ try? ServersCommand($0) })?.words,
            (try? ServerOrder(words.dropFirst())) == .change([.add(gap.kind, [gap.name.lowercased()])])
        {
            let label = "\(AgentText.line(server.name, limit: 32)) has \(name)"
            buttons.append((.editServer, ChatButton(label, .command(has, inPlace: false))))
        }
        if CommandLine(without).flatMap({ try? WhyCommand($0) })?.waived == Waiver(gap.kind, gap.name) {
            buttons.append((.editTask, ChatButton("Drop \(option):\(name)", .command(without, inPlace: false))))
        }
        return buttons
    }
}

import HubCore
import HubService

/// `/project`: the project that this chat works in: show, switch, and change its settings.
struct ProjectCommand: ChatCommand {
    enum Setting: String, CaseIterable { case plan, review, auto }

    static let permission: Permission? = .see
    let name: String?
    let change: (setting: Setting, isOn: Bool)?

    init(choosing name: String) { (self.name, change) = (name, nil) }

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(2)
        let words = line.words.map { $0.withPlainPunctuation.lowercased() }
        guard words.count == 2 else {
            (name, change) = (words.first, nil)
            return
        }
        guard let setting = Setting(rawValue: words[0]) else {
            throw UsageError("“\(AgentText.line(words[0], limit: 40))” is no setting: there is plan, review and auto")
        }
        switch words[1] {
        case "on", "yes", "true": change = (setting, true)
        case "off", "no", "false": change = (setting, false)
        default: throw UsageError("“\(AgentText.line(words[1], limit: 40))” is neither on nor off")
        }
        name = nil
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        if let name { return try await switchTo(name, context) }
        var project = try await context.project()
        if let change {
            project = try await context.run(
                ChangeProject(
                    project.id, requirePlan: change.setting == .plan ? change.isOn : nil,
                    requireReview: change.setting == .review ? change.isOn : nil, autoAssign: change.setting == .auto ? change.isOn : nil))
        }
        return context.reply(try await message(project, context))
    }

    private func switchTo(_ name: String, _ context: ChatContext) async throws -> ChatReply {
        let all = try await context.memberships()
        guard let entry = all.first(where: { $0.project.name == name }) else {
            if context.command?.name == "project", let setting = Setting(rawValue: name) {
                throw UsageError("say whether \(setting.rawValue) is to be on or off")
            }
            let there = all.isEmpty ? "you are in none" : "yours: \(all.prefix(20).map(\.project.name).joined(separator: ", "))"
            throw UsageError("there is no project “\(AgentText.line(name, limit: 40))” that you are part of; \(there)")
        }
        var reply = context.reply(try await message(entry.project, context))
        let isHere = context.request.place.isBound && context.request.place.project?.id == entry.project.id
        // It works in that already; only an owner chooses the topic anew.
        if isHere, !entry.role.allows(.bindChat) { return reply }
        if !context.request.place.isPrivate { try await checkGroup(entry.project, entry.role, context) }
        reply.switchesTo = .to(entry.project.id)
        return reply
    }

    /// A group's project is everybody's: an owner chooses it (domain page, "People"), and nobody takes a group away from a project that is
    /// not theirs.
    private func checkGroup(_ project: Project, _ role: Role, _ context: ChatContext) async throws {
        guard role.allows(.bindChat) else {
            throw HubError.forbidden("you are \(role.withArticle) of \(project.name): an owner lets a group work in it")
        }
        guard context.request.place.isBound, let bound = context.request.place.project, bound.id != project.id else { return }
        guard try await context.role(in: bound.id)?.allows(.bindChat) ?? false else {
            throw HubError.forbidden("this group works in \(bound.name): only an owner of that can give it to \(project.name)")
        }
    }

    private func message(_ project: Project, _ context: ChatContext) async throws -> ChatMessage {
        guard let role = try await context.role(in: project.id) else {
            throw HubError.notFound("you are not part of the project of this chat: ask one of its owners for an invitation")
        }
        let isHere = context.pinned.map { $0 == context.request.place.project?.id } ?? true
        var text: ChatText = isHere ? "This chat works in " : "In "
        text.append(project.name, .bold)
        text.append(isHere ? ", where you are \(role.withArticle)." : ", you are \(role.withArticle).")
        let values: [(Setting, Bool, String)] = [
            (.plan, project.settings.requirePlan, "a person approves the plan before the agent works"),
            (.review, project.settings.requireReview, "a person reviews the result before a task is done"),
            (.auto, project.settings.autoAssign, "the hub chooses a server by itself"),
        ]
        for (setting, isOn, meaning) in values { text.nextLine(ChatText("\(setting.rawValue) \(isOn ? "on" : "off"): \(meaning)")) }
        var buttons: [[ChatButton]] = []
        if role.allows(.changeSettings) {
            buttons.append(
                values.map { setting, isOn, _ in
                    ChatButton(
                        "\(setting.rawValue): \(isOn ? "on" : "off")",
                        .command("/project \(setting.rawValue) \(isOn ? "off" : "on")\(CommandLine.pin(project.id))", inPlace: true))
                })
        }
        if !context.request.place.isBound {
            buttons += try await context.memberships().filter { $0.project.id != project.id }.prefix(10).map {
                [ChatButton("Switch to \($0.project.name)", .command("/project \($0.project.name)", inPlace: true))]
            }
        }
        return ChatMessage(text, buttons: buttons)
    }
}

import HubCore
import HubService

/// `/settings`: how the project of this chat works. Whoever sees the project sees it, owners change it.
struct SettingsCommand: ChatCommand {
    enum Setting: String, CaseIterable {
        case requirePlan = "require_plan"
        case requireReview = "require_review"
        case autoAssign = "auto_assign"
        case worktrees, agent
        case stallMinutes = "stall_minutes"
        case taskCap = "task_cap"
        case projectCap = "project_cap"
        case dayCap = "day_cap"
    }

    enum Change: Hashable {
        case turn(Setting, on: Bool)
        /// A launch profile; empty for the plain shell.
        case agent(String)
        /// 0 for never.
        case stall(minutes: Int)
        /// Nothing for none.
        case cap(Setting, Money)
    }

    static let permission: Permission? = .see
    private static let stallChoices = [5, 10, 30, 0]
    let change: Change?

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(2)
        let words = line.words.map { $0.withPlainPunctuation.lowercased() }
        guard let name = words.first else {
            change = nil
            return
        }
        guard let setting = Self.setting(named: name) else {
            let known = Setting.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("“\(AgentText.line(name, limit: 40))” is no setting: there are \(known)")
        }
        guard words.count == 2 else { throw UsageError("say what \(setting.rawValue) shall be") }
        change = try Self.change(setting, words[1])
    }

    private static func setting(named name: String) -> Setting? {
        let plain = name.replacing("-", with: "_")
        return Setting(rawValue: plain)
            ?? ["plan": .requirePlan, "review": .requireReview, "auto": .autoAssign, "stall": .stallMinutes][plain]
    }

    private static func change(_ setting: Setting, _ value: String) throws(UsageError) -> Change {
        switch (setting, value) {
        case (.agent, "none"), (.agent, "off"), (.agent, Session.shell): return .agent("")
        case (.agent, _): return .agent(value)
        case (.stallMinutes, "off"), (.stallMinutes, "never"): return .stall(minutes: 0)
        case (.stallMinutes, _):
            guard let minutes = Int(value), (0...1440).contains(minutes) else {
                throw UsageError("“\(AgentText.line(value, limit: 40))” is no time: give minutes from 1 to 1440, or off")
            }
            return .stall(minutes: minutes)
        case (.taskCap, _), (.projectCap, _), (.dayCap, _):
            if value == "off" || value == "none" { return .cap(setting, .zero) }
            guard let cap = Money(decimal: value) else {
                throw UsageError("“\(AgentText.line(value, limit: 40))” is no amount: give one such as 5 or 2.50, or off")
            }
            return .cap(setting, cap)
        case (_, "on"), (_, "yes"), (_, "true"): return .turn(setting, on: true)
        case (_, "off"), (_, "no"), (_, "false"): return .turn(setting, on: false)
        default: throw UsageError("“\(AgentText.line(value, limit: 40))” is neither on nor off")
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        var project = try await context.project()
        if let change { project = try await context.run(change.useCase(in: project.id)) }
        let isOwner = try await context.role(in: project.id)?.allows(.changeSettings) ?? false
        let agents = isOwner ? try await agents(of: project, context) : []
        return context.reply(Self.message(project, agents: agents, isOwner: isOwner))
    }

    /// What the project's servers can start.
    private func agents(of project: Project, _ context: ChatContext) async throws -> [String] {
        let found = try await context.ask(ListServers(in: project.id)).reduce(into: Set<String>()) {
            $0.formUnion($1.server.capabilities.agents)
        }
        return Array(found.filter { Session.isProfile($0) && $0 != Session.shell }.sorted().prefix(5))
    }

    private static func message(_ project: Project, agents: [String], isOwner: Bool) -> ChatMessage {
        let settings = project.settings
        let (agent, stall) = (settings.agent ?? Session.shell, settings.stallMinutes ?? Project.Settings.standardStallMinutes)
        var text: ChatText = "Settings of "
        text.append(project.name, .bold)
        let turns: [(Setting, Bool, String)] = [
            (.requirePlan, settings.requirePlan, "a person approves the plan before the agent works"),
            (.requireReview, settings.requireReview, "a person reviews the result before a task is done"),
            (.autoAssign, settings.autoAssign, "the hub chooses a server by itself"),
            (.worktrees, settings.worktrees, "an agent gets a git worktree of its own where its server has the repository"),
        ]
        func word(_ isOn: Bool) -> String { isOn ? "on" : "off" }
        for (setting, isOn, meaning) in turns { text.nextLine(ChatText("\(setting.rawValue) \(word(isOn)): \(meaning)")) }
        text.nextLine(ChatText("agent \(agent): what is started for tasks that name no agent"))
        text.nextLine(
            ChatText("stall_minutes \(stall == 0 ? "off" : String(stall)): so long an agent may be silent before people are told"))
        for (setting, cap, meaning) in [
            (Setting.taskCap, settings.taskCap, "agents may spend on a task that says nothing itself"),
            (.projectCap, settings.projectCap, "they may spend in the project in all"),
            (.dayCap, settings.dayCap, "they may spend in a day"),
        ] {
            text.nextLine(ChatText("\(setting.rawValue) \(cap?.description ?? "off"): so much \(meaning)"))
        }
        guard isOwner else { return ChatMessage(text) }
        func button(_ label: String, _ setting: Setting, _ value: String) -> ChatButton {
            ChatButton(label, .command("/settings \(setting.rawValue) \(value)", inPlace: true))
        }
        let switches = turns.map { setting, isOn, _ in button("\(setting.rawValue): \(word(isOn))", setting, word(!isOn)) }
        let others = ([Session.shell] + agents).filter { $0 != agent }
        let stalls = stallChoices.filter { $0 != stall }.map { minutes in
            button(minutes == 0 ? "stall: off" : "stall: \(minutes) min", .stallMinutes, minutes == 0 ? "off" : String(minutes))
        }
        var rows = [Array(switches.prefix(2)), Array(switches.dropFirst(2))]
        if !others.isEmpty { rows.append(others.map { button("agent: \($0)", .agent, $0) }) }
        return ChatMessage(text, buttons: rows + [stalls])
    }
}

extension SettingsCommand.Change {
    fileprivate func useCase(in project: Project.ID) -> ChangeProject {
        switch self {
        case .turn(.requirePlan, let isOn): ChangeProject(project, requirePlan: isOn)
        case .turn(.requireReview, let isOn): ChangeProject(project, requireReview: isOn)
        case .turn(.worktrees, let isOn): ChangeProject(project, worktrees: isOn)
        case .turn(_, let isOn): ChangeProject(project, autoAssign: isOn)
        case .agent(let profile): ChangeProject(project, agent: profile)
        case .stall(let minutes): ChangeProject(project, stallMinutes: minutes)
        case .cap(.taskCap, let cap): ChangeProject(project, taskCap: cap)
        case .cap(.projectCap, let cap): ChangeProject(project, projectCap: cap)
        case .cap(_, let cap): ChangeProject(project, dayCap: cap)
        }
    }
}

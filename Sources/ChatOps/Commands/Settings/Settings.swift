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
        case reminderMinutes = "reminder_minutes"
        case escalationMinutes = "escalation_minutes"
        case quietHours = "quiet_hours"
        case timeZone = "time_zone"
        case taskCap = "task_cap"
        case projectCap = "project_cap"
        case dayCap = "day_cap"

        /// Of those that are minutes: how many there may be, 0 for never.
        var minutes: ClosedRange<Int>? {
            switch self {
            case .stallMinutes: 0...1440
            case .reminderMinutes, .escalationMinutes: Patience.range
            default: nil
            }
        }
    }

    enum Change: Hashable {
        case turn(Setting, on: Bool)
        /// A launch profile; empty for the plain shell.
        case agent(String)
        /// 0 for never.
        case minutes(Setting, Int)
        /// Empty for none.
        case quietHours(String)
        /// Empty for UTC.
        case timeZone(String)
        /// Nothing for none.
        case cap(Setting, Money)
    }

    static let permission: Permission? = .see
    let change: Change?

    init(_ line: CommandLine) throws(UsageError) {
        let words = line.words.map(\.withPlainPunctuation)
        guard let name = words.first else {
            change = nil
            return
        }
        guard let setting = Self.setting(named: name.lowercased()) else {
            let known = Setting.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("“\(AgentText.line(name, limit: 40))” is no setting: there are \(known)")
        }
        // “22:00 – 07:00” has blanks.
        try line.atMost(setting == .quietHours ? 4 : 2)
        let value = words.dropFirst().joined()
        guard !value.isEmpty else { throw UsageError("say what \(setting.rawValue) shall be") }
        change = try Self.change(setting, value)
    }

    private static func setting(named name: String) -> Setting? {
        let plain = name.replacing("-", with: "_")
        return Setting(rawValue: plain)
            ?? [
                "plan": .requirePlan, "review": .requireReview, "auto": .autoAssign, "stall": .stallMinutes, "reminder": .reminderMinutes,
                "escalation": .escalationMinutes, "quiet": .quietHours, "zone": .timeZone,
            ][plain]
    }

    private static func change(_ setting: Setting, _ given: String) throws(UsageError) -> Change {
        let value = given.lowercased()
        let shown = AgentText.line(given, limit: 40)
        switch (setting, value) {
        case (.agent, "none"), (.agent, "off"), (.agent, Session.shell): return .agent("")
        case (.agent, _): return .agent(value)
        case (.quietHours, "off"), (.quietHours, "none"), (.quietHours, "never"): return .quietHours("")
        case (.quietHours, _):
            guard QuietHours(value) != nil else {
                throw UsageError("“\(shown)” are no quiet hours: write them like 22:00-07:00, or off")
            }
            return .quietHours(value)
        case (.timeZone, "off"), (.timeZone, "utc"): return .timeZone("")
        // What is a zone the use case knows.
        case (.timeZone, _): return .timeZone(given)
        case (.requirePlan, _), (.requireReview, _), (.autoAssign, _), (.worktrees, _):
            switch value {
            case "on", "yes", "true": return .turn(setting, on: true)
            case "off", "no", "false": return .turn(setting, on: false)
            default: throw UsageError("“\(shown)” is neither on nor off")
            }
        case (.taskCap, _), (.projectCap, _), (.dayCap, _):
            if value == "off" || value == "none" { return .cap(setting, .zero) }
            guard let cap = Money(decimal: value) else {
                throw UsageError("“\(shown)” is no amount: give one such as 5 or 2.50, or off")
            }
            return .cap(setting, cap)
        case (.stallMinutes, _), (.reminderMinutes, _), (.escalationMinutes, _):
            if value == "off" || value == "never" { return .minutes(setting, 0) }
            let range = setting.minutes ?? 0...0
            guard let minutes = Int(value), range.contains(minutes) else {
                throw UsageError("“\(shown)” is no time: give minutes from 1 to \(range.upperBound), or off")
            }
            return .minutes(setting, minutes)
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        var project = try await context.project()
        if let change { project = try await context.run(change.useCase(in: project.id)) }
        let isOwner = try await context.role(in: project.id)?.allows(.changeSettings) ?? false
        let agents = isOwner ? try await agents(of: project, context) : []
        var message = SettingsMessage(project: project, agents: agents, isOwner: isOwner).message()
        if let warning = Self.warning(about: change, known: context.terminals.launchProfiles) { message.text.nextLine(ChatText(warning)) }
        return context.reply(message)
    }

    /// A misspelt agent is a program that no server has.
    private static func warning(about change: Change?, known: [String]?) -> String? {
        guard case .agent(let profile)? = change, !profile.isEmpty, let known, !known.contains(profile) else { return nil }
        let there = known.prefix(20).joined(separator: ", ")
        return
            "⚠️ There is no launch profile “\(AgentText.line(profile, limit: 40))”, so tasks will start a program of that name. The profiles are \(there)."
    }

    /// What the project's servers can start.
    private func agents(of project: Project, _ context: ChatContext) async throws -> [String] {
        let found = try await context.ask(ListServers(in: project.id)).reduce(into: Set<String>()) {
            $0.formUnion($1.server.capabilities.agents)
        }
        return Array(found.filter { Session.isProfile($0) && $0 != Session.shell }.sorted().prefix(5))
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
        case .minutes(.reminderMinutes, let minutes): ChangeProject(project, reminderMinutes: minutes)
        case .minutes(.escalationMinutes, let minutes): ChangeProject(project, escalationMinutes: minutes)
        case .minutes(_, let minutes): ChangeProject(project, stallMinutes: minutes)
        case .quietHours(let hours): ChangeProject(project, quietHours: hours)
        case .timeZone(let zone): ChangeProject(project, timeZone: zone)
        case .cap(.taskCap, let cap): ChangeProject(project, taskCap: cap)
        case .cap(.projectCap, let cap): ChangeProject(project, projectCap: cap)
        case .cap(_, let cap): ChangeProject(project, dayCap: cap)
        }
    }
}

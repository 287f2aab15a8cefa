import HubCore

/// All settings of a project with what they mean; for owners with buttons that change them.
struct SettingsMessage {
    let project: Project
    /// Launch profiles to choose from.
    let agents: [String]
    let isOwner: Bool

    private typealias Setting = SettingsCommand.Setting
    private static let zones = ["UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Kolkata"]
    private static let quietChoices = ["22:00-07:00", "20:00-08:00"]

    private var settings: Project.Settings { project.settings }
    private var agent: String { settings.agent ?? Session.shell }
    private var zone: String { settings.timeZone ?? "UTC" }

    private var turns: [(Setting, Bool, String)] {
        [
            (.requirePlan, settings.requirePlan, "a person approves the plan before the agent works"),
            (.requireReview, settings.requireReview, "a person reviews the result before a task is done"),
            (.autoAssign, settings.autoAssign, "the hub chooses a server by itself"),
            (.worktrees, settings.worktrees, "an agent gets a git worktree of its own where its server has the repository"),
        ]
    }

    private var minutes: [(setting: Setting, name: String, value: Int, choices: [Int], meaning: String)] {
        [
            (
                .stallMinutes, "stall", settings.stallMinutes ?? Project.Settings.standardStallMinutes, [5, 10, 30, 0],
                "so long an agent may be silent before people are told"
            ),
            (
                .reminderMinutes, "reminder", settings.reminderMinutes ?? Patience.standardReminder, [5, 15, 60, 0],
                "after so long people are reminded of what waits for them"
            ),
            (
                .escalationMinutes, "escalation", settings.escalationMinutes ?? Patience.standardEscalation, [30, 60, 240, 0],
                "after so long the owners are told of it, too"
            ),
        ]
    }

    private var caps: [(Setting, Money?, String)] {
        [
            (.taskCap, settings.taskCap, "agents may spend on a task that says nothing itself"),
            (.projectCap, settings.projectCap, "they may spend in the project in all"),
            (.dayCap, settings.dayCap, "they may spend in a day"),
        ]
    }

    func message() -> ChatMessage {
        func word(_ isOn: Bool) -> String { isOn ? "on" : "off" }
        func word(_ minutes: Int) -> String { minutes == 0 ? "off" : String(minutes) }
        var text: ChatText = "Settings of "
        text.append(project.name, .bold)
        for (setting, isOn, meaning) in turns { text.nextLine(ChatText("\(setting.rawValue) \(word(isOn)): \(meaning)")) }
        text.nextLine(ChatText("agent \(agent): what is started for tasks that name no agent"))
        for entry in minutes { text.nextLine(ChatText("\(entry.setting.rawValue) \(word(entry.value)): \(entry.meaning)")) }
        text.nextLine(
            ChatText(
                "quiet_hours \(settings.quietHours?.description ?? "off"): all but what is critical and needs somebody waits for their end")
        )
        text.nextLine(ChatText("time_zone \(zone): whose clock the quiet hours and the days of day_cap follow"))
        for (setting, cap, meaning) in caps {
            text.nextLine(ChatText("\(setting.rawValue) \(cap?.description ?? "off"): so much \(meaning)"))
        }
        guard isOwner else { return ChatMessage(text) }
        let switches = turns.map { setting, isOn, _ in button("\(setting.rawValue): \(word(isOn))", setting, word(!isOn)) }
        var rows = [Array(switches.prefix(2)), Array(switches.dropFirst(2))]
        let others = ([Session.shell] + agents).filter { $0 != agent }
        if !others.isEmpty { rows.append(others.map { button("agent: \($0)", .agent, $0) }) }
        for entry in minutes {
            rows.append(
                entry.choices.filter { $0 != entry.value }.map { minutes in
                    button(minutes == 0 ? "\(entry.name): off" : "\(entry.name): \(minutes) min", entry.setting, word(minutes))
                })
        }
        for (setting, cap, _) in caps {
            rows.append(Self.steps(from: cap, of: setting).map { button("\(setting.rawValue): \($0)", setting, $0.description) })
            if cap != nil { rows[rows.count - 1].append(button("\(setting.rawValue): off", setting, "off")) }
        }
        let quiet = (Self.quietChoices + ["off"]).filter { $0 != settings.quietHours?.description ?? "off" }
        rows.append(quiet.map { button("quiet: \($0)", .quietHours, $0) })
        let zones = Self.zones.filter { $0 != zone }.map { name in
            let city = name.split(separator: "/").last.map(String.init) ?? name
            return button(city.replacing("_", with: " "), .timeZone, name)
        }
        return ChatMessage(text, buttons: rows + [Array(zones.prefix(3)), Array(zones.dropFirst(3))])
    }

    /// The round amounts about `cap`, one below and two above, of 1, 2, 5, 10, 20, 50 …; where there is none yet, some to begin with.
    private static func steps(from cap: Money?, of setting: Setting) -> [Money] {
        let units: (Int64) -> Money = { Money(micros: $0 * 1_000_000) }
        guard let cap else {
            switch setting {
            case .taskCap: return [1, 5, 20].map(units)
            case .dayCap: return [10, 50, 200].map(units)
            default: return [50, 200, 1000].map(units)
            }
        }
        var round: [Money] = []
        // From a hundredth on.
        var power: Int64 = 10_000
        while power <= Money.maximum.micros {
            round += [1, 2, 5].map { Money(micros: $0 * power) }.filter { $0 <= .maximum }
            power *= 10
        }
        return round.filter { $0 < cap }.suffix(1) + round.filter { $0 > cap }.prefix(2)
    }

    private func button(_ label: String, _ setting: Setting, _ value: String) -> ChatButton {
        ChatButton(label, .command("/settings \(setting.rawValue) \(value)\(CommandLine.pin(project.id))", inPlace: true))
    }
}

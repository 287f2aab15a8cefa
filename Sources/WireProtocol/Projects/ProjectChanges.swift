import HubCore

/// The body of `PATCH /projects/{id}`: settings by the names that `/settings` has; only what is given changes.
package struct ProjectChanges: Sendable {
    package var requirePlan: Bool?
    package var requireReview: Bool?
    package var autoAssign: Bool?
    package var worktrees: Bool?
    /// Empty for the plain shell.
    package var agent: String?
    package var stallMinutes: Int?
    package var reminderMinutes: Int?
    package var escalationMinutes: Int?
    /// Empty for none.
    package var quietHours: String?
    /// Empty for UTC.
    package var timeZone: String?
    /// Nothing for none.
    package var taskCap: Money?
    package var projectCap: Money?
    package var dayCap: Money?

    private static let names = [
        "require_plan", "require_review", "auto_assign", "worktrees", "agent", "stall_minutes", "reminder_minutes", "escalation_minutes",
        "quiet_hours", "time_zone", "task_cap", "project_cap", "day_cap",
    ]

    /// Unlike elsewhere a name that nobody knows is a fault: a setting that was misspelt must not seem to be set.
    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        let given = Set((json.members ?? []).map(\.name)).subtracting(["project_id"])
        let known = Self.names.joined(separator: ", ")
        if let unknown = given.subtracting(Self.names).min() {
            throw WireFault("there is no setting \(unknown.prefix(40)): there are \(known)")
        }
        guard !given.isEmpty else { throw WireFault("the body names no setting: there are \(known)") }
        requirePlan = try fields.bool("require_plan")
        requireReview = try fields.bool("require_review")
        autoAssign = try fields.bool("auto_assign")
        worktrees = try fields.bool("worktrees")
        stallMinutes = try fields.int("stall_minutes")
        reminderMinutes = try fields.int("reminder_minutes")
        escalationMinutes = try fields.int("escalation_minutes")
        /// `null` and `"off"` take a setting away.
        func isOff(_ name: String, _ words: Set<String> = ["off"]) -> Bool {
            given.contains(name) && (fields.any(name).isNull || words.contains(fields.any(name).string?.lowercased() ?? ""))
        }
        agent = isOff("agent", ["off", "shell"]) ? "" : try fields.string("agent")
        quietHours = isOff("quiet_hours") ? "" : try fields.string("quiet_hours")
        timeZone = isOff("time_zone") ? "" : try fields.string("time_zone")
        taskCap = isOff("task_cap") ? .zero : try fields.money("task_cap")
        projectCap = isOff("project_cap") ? .zero : try fields.money("project_cap")
        dayCap = isOff("day_cap") ? .zero : try fields.money("day_cap")
    }
}

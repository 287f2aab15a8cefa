import HubCore

/// The stored projects.
package struct ProjectTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = "id, name, settings, created_at"

    package func find(_ id: Project.ID) throws -> Project? {
        try connection.row("SELECT \(raw: Self.columns) FROM project WHERE id = \(id)").map(Self.read)
    }

    package func find(name: String) throws -> Project? {
        try connection.row("SELECT \(raw: Self.columns) FROM project WHERE name = \(name.lowercased())").map(Self.read)
    }

    /// By name.
    package func all() throws -> [Project] {
        try connection.rows("SELECT \(raw: Self.columns) FROM project ORDER BY name").map(Self.read)
    }

    package func insert(_ project: Project) throws {
        try connection.execute(
            """
            INSERT INTO project (\(raw: Self.columns))
            VALUES (\(project.id), \(project.name), \(project.settings.json), \(project.createdAt))
            """)
    }

    package func save(_ project: Project) throws {
        try connection.execute("UPDATE project SET settings = \(project.settings.json) WHERE id = \(project.id)")
    }

    private static func read(_ row: SQLRow) throws -> Project {
        var reader = RowReader(row)
        return Project(
            id: try reader.id(), name: try reader.text(), settings: Project.Settings(json: try reader.json()), createdAt: try reader.time())
    }
}

extension Project.Settings {
    package var json: JSONValue {
        [
            "require_plan": JSONValue(requirePlan), "require_review": JSONValue(requireReview), "auto_assign": JSONValue(autoAssign),
            "agent": JSONValue(agent), "stall_minutes": JSONValue(stallMinutes), "reminder_minutes": JSONValue(reminderMinutes),
            "escalation_minutes": JSONValue(escalationMinutes),
            "worktrees": JSONValue(worktrees), "task_cap": JSONValue(taskCap?.description),
            "project_cap": JSONValue(projectCap?.description), "day_cap": JSONValue(dayCap?.description),
            "quiet_hours": JSONValue(quietHours?.description), "time_zone": JSONValue(timeZone),
        ]
    }

    fileprivate init(json: JSONValue) {
        func money(_ name: String) -> Money? { json[name]?.string.flatMap { Money(decimal: $0) } }
        self.init(
            requirePlan: json["require_plan"]?.bool ?? false, requireReview: json["require_review"]?.bool ?? false,
            autoAssign: json["auto_assign"]?.bool ?? true, agent: json["agent"]?.string, stallMinutes: json["stall_minutes"]?.int,
            reminderMinutes: json["reminder_minutes"]?.int, escalationMinutes: json["escalation_minutes"]?.int,
            worktrees: json["worktrees"]?.bool ?? true, taskCap: money("task_cap"), projectCap: money("project_cap"),
            dayCap: money("day_cap"), quietHours: json["quiet_hours"]?.string.flatMap { QuietHours($0) },
            timeZone: json["time_zone"]?.string)
    }
}

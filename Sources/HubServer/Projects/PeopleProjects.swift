import HubCore
import HubService
import WireProtocol

/// Projects, their servers and their events, for people's scripts (agent protocol, section 12).
enum PeopleProjects {
    static let list: RouteTable.Handler = { call in
        guard case .person(let person) = call.caller else { return Reply(["projects": []]) }
        return Reply(["projects": .array(try await call.hub.projects(of: person).map { object(of: $0.project, for: $0.role) })])
    }

    /// Changes settings, by the names that `/settings` has.
    static let change: RouteTable.Handler = { call in
        let id = try await call.project(called: call.parameters[0])
        let changes = try ProjectChanges(json: try call.json())
        let project = try await call.run(
            ChangeProject(
                id, requirePlan: changes.requirePlan, requireReview: changes.requireReview, autoAssign: changes.autoAssign,
                agent: changes.agent, stallMinutes: changes.stallMinutes, reminderMinutes: changes.reminderMinutes,
                escalationMinutes: changes.escalationMinutes, worktrees: changes.worktrees, taskCap: changes.taskCap,
                projectCap: changes.projectCap, dayCap: changes.dayCap, quietHours: changes.quietHours, timeZone: changes.timeZone))
        return Reply(object(of: project, for: .owner))
    }

    private static func object(of project: Project, for role: Role) -> JSONValue {
        let settings = project.settings
        return [
            "id": JSONValue(project.id), "name": .string(project.name), "role": .string(role.rawValue),
            "require_plan": JSONValue(settings.requirePlan), "require_review": JSONValue(settings.requireReview),
            "auto_assign": JSONValue(settings.autoAssign), "agent": JSONValue(settings.agent),
            "stall_minutes": JSONValue(settings.stallMinutes ?? Project.Settings.standardStallMinutes),
            "reminder_minutes": JSONValue(settings.reminderMinutes ?? Patience.standardReminder),
            "escalation_minutes": JSONValue(settings.escalationMinutes ?? Patience.standardEscalation),
            "quiet_hours": JSONValue(settings.quietHours?.description), "time_zone": .string(settings.timeZone ?? "UTC"),
            "worktrees": JSONValue(settings.worktrees), "task_cap": JSONValue(settings.taskCap?.description),
            "project_cap": JSONValue(settings.projectCap?.description), "day_cap": JSONValue(settings.dayCap?.description),
            "created_at": JSONValue(project.createdAt),
        ]
    }

    static let servers: RouteTable.Handler = { call in try await call.servers(of: try await call.project()) }

    /// Events after a sequence number, of one project or of all that the caller may see, in order.
    static let events: RouteTable.Handler = { call in
        let after = Int64(try call.query.int("after", in: 0...Int.max) ?? 0)
        let limit = try call.query.int("limit", in: 1...1000) ?? 100
        let projects = try await call.eventProjects()
        let events = try await call.waiting {
            var events: [Event] = []
            for project in projects { events += try await call.ask(ListEvents(in: project, after: after, limit: limit)) }
            if projects.count > 1 { events = Array(events.sorted { $0.sequence < $1.sequence }.prefix(limit)) }
            return (events, isFound: !events.isEmpty)
        }
        return Reply(verbatim: ["events": .array(events.map { EventObject($0).json }), "next": JSONValue(events.last?.sequence ?? after)])
    }
}

extension Call {
    fileprivate func eventProjects() async throws -> [Project.ID] {
        guard query["project_id"] == nil, case .person(let person) = caller else { return [try await project()] }
        return try await hub.projects(of: person).map(\.project.id)
    }
}

import HubCore
import HubService
import WireProtocol

/// Projects, their servers and their events, for people's scripts (agent protocol, section 12).
enum PeopleProjects {
    static let list: RouteTable.Handler = { call in
        guard case .person(let person) = call.caller else { return Reply(["projects": []]) }
        let projects = try await call.hub.projects(of: person).map { project, role -> JSONValue in
            [
                "id": JSONValue(project.id), "name": .string(project.name), "role": .string(role.rawValue),
                "require_plan": JSONValue(project.settings.requirePlan), "require_review": JSONValue(project.settings.requireReview),
                "auto_assign": JSONValue(project.settings.autoAssign), "agent": JSONValue(project.settings.agent),
                "stall_minutes": JSONValue(project.settings.stallMinutes ?? Project.Settings.standardStallMinutes),
                "reminder_minutes": JSONValue(project.settings.reminderMinutes ?? Patience.standardReminder),
                "escalation_minutes": JSONValue(project.settings.escalationMinutes ?? Patience.standardEscalation),
                "quiet_hours": JSONValue(project.settings.quietHours?.description),
                "time_zone": .string(project.settings.timeZone ?? "UTC"),
                "worktrees": JSONValue(project.settings.worktrees), "task_cap": JSONValue(project.settings.taskCap?.description),
                "project_cap": JSONValue(project.settings.projectCap?.description),
                "day_cap": JSONValue(project.settings.dayCap?.description), "created_at": JSONValue(project.createdAt),
            ]
        }
        return Reply(["projects": .array(projects)])
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
        return Reply(["events": .array(events.map { EventObject($0).json }), "next": JSONValue(events.last?.sequence ?? after)])
    }
}

extension Call {
    fileprivate func eventProjects() async throws -> [Project.ID] {
        guard query["project_id"] == nil, case .person(let person) = caller else { return [try await project()] }
        return try await hub.projects(of: person).map(\.project.id)
    }
}

import Foundation
import HubCore
import HubStore

/// Makes a project.
package struct CreateProject: UseCase {
    package var name: String

    package init(_ name: String) {
        self.name = name
    }

    package var right: Right { .permission(.createProject) }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Project {
        let name = name.trimmed.lowercased()
        guard Project.isName(name) else {
            throw HubError.invalid("a project's name has 1 to 20 characters out of a–z, 0–9 and _: for example web_shop")
        }
        guard try transaction.projects.find(name: name) == nil else { throw HubError.conflict("there is a project \(name) already") }
        let project = Project(id: .random(), name: name, createdAt: transaction.now)
        try transaction.projects.insert(project)
        try transaction.append(.projectCreated, on: .project(project.id), in: project.id, data: ["name": .string(name)])
        return project
    }
}

/// A first start makes the project `default`.
struct MakeDefaultProject: UseCase {
    var right: Right { .hub }

    func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        if try transaction.projects.all().isEmpty { _ = try CreateProject("default").perform(on: (), in: transaction) }
        return Done()
    }
}

/// Changes how a project works.
package struct ChangeProject: UseCase {
    package var project: Project.ID
    package var requirePlan: Bool?
    package var requireReview: Bool?
    package var autoAssign: Bool?
    /// The launch profile of tasks that name no agent; empty for a plain shell.
    package var agent: String?
    /// 0…1440; 0 for never.
    package var stallMinutes: Int?
    /// In ``Patience/range``; 0 for never.
    package var reminderMinutes: Int?
    package var escalationMinutes: Int?
    package var worktrees: Bool?
    /// Caps on spending; nothing for none.
    package var taskCap: Money?
    package var projectCap: Money?
    package var dayCap: Money?
    /// As ``QuietHours`` reads them; empty for none.
    package var quietHours: String?
    /// An IANA name; empty for UTC.
    package var timeZone: String?

    package init(
        _ project: Project.ID, requirePlan: Bool? = nil, requireReview: Bool? = nil, autoAssign: Bool? = nil, agent: String? = nil,
        stallMinutes: Int? = nil, reminderMinutes: Int? = nil, escalationMinutes: Int? = nil, worktrees: Bool? = nil,
        taskCap: Money? = nil, projectCap: Money? = nil, dayCap: Money? = nil, quietHours: String? = nil, timeZone: String? = nil
    ) {
        (self.quietHours, self.timeZone) = (quietHours, timeZone)
        (self.project, self.requirePlan, self.requireReview, self.autoAssign) = (project, requirePlan, requireReview, autoAssign)
        (self.agent, self.stallMinutes, self.worktrees) = (agent, stallMinutes, worktrees)
        (self.reminderMinutes, self.escalationMinutes) = (reminderMinutes, escalationMinutes)
        (self.taskCap, self.projectCap, self.dayCap) = (taskCap, projectCap, dayCap)
    }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on subject: Project, in transaction: HubTransaction) throws -> Project {
        var project = subject
        if let requirePlan { project.settings.requirePlan = requirePlan }
        if let requireReview { project.settings.requireReview = requireReview }
        if let autoAssign { project.settings.autoAssign = autoAssign }
        if let worktrees { project.settings.worktrees = worktrees }
        if let agent {
            let profile = agent.trimmed.lowercased()
            guard profile.isEmpty || Session.isProfile(profile) else {
                throw HubError.invalid("\(agent.prefix(40)) is no launch profile: these are named by lower-case words, for example claude")
            }
            project.settings.agent = profile.isEmpty ? nil : profile
        }
        if let stallMinutes {
            guard (0...1440).contains(stallMinutes) else { throw HubError.invalid("stall_minutes is 0 (never) to 1440") }
            project.settings.stallMinutes = stallMinutes
        }
        for (name, minutes) in [("reminder_minutes", reminderMinutes), ("escalation_minutes", escalationMinutes)] {
            guard minutes.map(Patience.range.contains) ?? true else {
                throw HubError.invalid("\(name) is 0 (never) to \(Patience.range.upperBound)")
            }
        }
        if let reminderMinutes { project.settings.reminderMinutes = reminderMinutes }
        if let escalationMinutes { project.settings.escalationMinutes = escalationMinutes }
        if let taskCap { project.settings.taskCap = taskCap == .zero ? nil : taskCap }
        if let projectCap { project.settings.projectCap = projectCap == .zero ? nil : projectCap }
        if let dayCap { project.settings.dayCap = dayCap == .zero ? nil : dayCap }
        if let quietHours {
            let hours = QuietHours(quietHours)
            guard hours != nil || quietHours.isEmpty else {
                throw HubError.invalid("“\(quietHours.prefix(40))” are no quiet hours: write them like 22:00-07:00, or off")
            }
            project.settings.quietHours = hours
        }
        if let timeZone {
            let zone = TimeZone(named: timeZone)
            guard zone != nil || timeZone.isEmpty else {
                let near = TimeZone.names(like: timeZone).prefix(3).joined(separator: ", ")
                throw HubError.invalid(
                    "“\(timeZone.prefix(64))” is no time zone: use an IANA name such as \(near.isEmpty ? "Europe/Berlin or UTC" : near)")
            }
            project.settings.timeZone = zone.flatMap { $0 == .gmt ? nil : $0.identifier }
        }
        guard project != subject else { return project }
        try transaction.save(project)
        try transaction.append(
            .projectChanged, on: .project(project.id), in: project.id,
            data: ["name": .string(project.name), "settings": project.settings.json])
        if reminderMinutes != nil || escalationMinutes != nil { try transaction.remindOfAll(in: project) }
        try transaction.resumePaused(in: project, since: subject.settings)
        let hasNewCaps = taskCap != nil || projectCap != nil || dayCap != nil
        if hasNewCaps || project.settings.autoAssign && !subject.settings.autoAssign { try transaction.fillAll(in: project.id) }
        return project
    }
}

extension Hub {
    /// The project of that name or id, whoever asks; the gate decides later what may be done with it.
    package func project(named text: String) async throws -> Project? {
        try await database.read { connection in
            let projects = ProjectTable(connection)
            if let id = Project.ID(text) { return try projects.find(id) }
            return try projects.find(name: text)
        }
    }
}

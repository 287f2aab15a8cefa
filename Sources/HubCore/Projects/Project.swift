/// The unit of isolation: every task, server, member and event belongs to exactly one, and nobody sees across.
package struct Project: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Project>

    package let id: ID
    package let name: String
    package var settings: Settings
    package let createdAt: Timestamp

    package init(id: ID, name: String, settings: Settings = Settings(), createdAt: Timestamp) {
        (self.id, self.name, self.settings, self.createdAt) = (id, name, settings, createdAt)
    }

    /// Names are `[a-z0-9_]{1,20}`, so that `/task_web_42` can be tapped (chat page, "Settled details").
    package static func isName(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "_")
            }
    }

    package struct Settings: Hashable, Sendable, Codable {
        package var requirePlan = false
        package var requireReview = false
        package var autoAssign = true
        /// The launch profile of tasks that require no agent by name; `nil`: a plain shell.
        package var agent: String?
        /// A session that is silent this long while its task should go on has stalled; 0: never, `nil`: ``standardStallMinutes``.
        package var stallMinutes: Int?
        /// When people are reminded of what waits for them; 0: never, `nil`: ``Patience/standardReminder``.
        package var reminderMinutes: Int?
        /// When the owners are told, too; 0: never, `nil`: ``Patience/standardEscalation``.
        package var escalationMinutes: Int?

        /// Whether an agent gets a working tree of its own of the task's repository, instead of the checkout that all share.
        package var worktrees = true

        /// What agents may spend on a task that says nothing itself; `nil`: no limit.
        package var taskCap: Money?
        /// What they may spend in the project in all.
        package var projectCap: Money?
        /// What they may spend in a day of the project.
        package var dayCap: Money?
        /// When nobody is told of anything but what is urgent; `nil`: never.
        package var quietHours: QuietHours?
        /// The IANA name of the zone whose wall clock ``quietHours`` follow; `nil`: UTC.
        package var timeZone: String?

        package static let standardStallMinutes = 10

        package init(
            requirePlan: Bool = false, requireReview: Bool = false, autoAssign: Bool = true, agent: String? = nil, stallMinutes: Int? = nil,
            reminderMinutes: Int? = nil, escalationMinutes: Int? = nil, worktrees: Bool = true,
            taskCap: Money? = nil, projectCap: Money? = nil, dayCap: Money? = nil, quietHours: QuietHours? = nil, timeZone: String? = nil
        ) {
            (self.quietHours, self.timeZone) = (quietHours, timeZone)
            (self.requirePlan, self.requireReview, self.autoAssign) = (requirePlan, requireReview, autoAssign)
            (self.agent, self.stallMinutes, self.worktrees) = (agent, stallMinutes, worktrees)
            (self.reminderMinutes, self.escalationMinutes) = (reminderMinutes, escalationMinutes)
            (self.taskCap, self.projectCap, self.dayCap) = (taskCap, projectCap, dayCap)
        }

        /// `nil` where nothing ever counts as stalled.
        package var stallLimit: Duration? {
            let minutes = stallMinutes ?? Self.standardStallMinutes
            return minutes > 0 ? .seconds(60 * minutes) : nil
        }
    }
}

extension AgentTask {
    /// A task's own word goes before its project's.
    package func needsPlan(in project: Project) -> Bool { content.requirePlan ?? project.settings.requirePlan }
    package func needsReview(in project: Project) -> Bool { content.requireReview ?? project.settings.requireReview }
    package func profile(in project: Project) -> String { content.requirements.agent ?? project.settings.agent ?? Session.shell }
    package func patience(in project: Project) -> Patience {
        Patience(
            reminderMinutes: content.reminderMinutes ?? project.settings.reminderMinutes,
            escalationMinutes: content.escalationMinutes ?? project.settings.escalationMinutes)
    }
    package func isAutoAssigned(in project: Project) -> Bool { content.autoAssign ?? project.settings.autoAssign }
}

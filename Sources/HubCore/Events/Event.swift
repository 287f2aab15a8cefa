/// One row of the append-only log: audit trail, live feed and notification source in one.
package struct Event: Hashable, Sendable {
    /// Runs over the whole hub, from 1, without gaps.
    package let sequence: Int64
    package let project: Project.ID
    package let fact: Fact
    package let at: Timestamp
    /// SHA-256 over the previous event's hash of the same project and this event's content, lower-case hexadecimal.
    package let hash: String

    package init(sequence: Int64, project: Project.ID, fact: Fact, at: Timestamp, hash: String) {
        (self.sequence, self.project, self.fact, self.at, self.hash) = (sequence, project, fact, at, hash)
    }

    /// What happened, before it has its place in the log.
    package struct Fact: Hashable, Sendable {
        package let kind: Kind
        package let actor: Actor
        package let channel: Channel
        package let subject: Subject
        package let before: String?
        package let after: String?
        package let data: JSONValue

        package init(
            _ kind: Kind, by actor: Actor, over channel: Channel, on subject: Subject, before: String? = nil, after: String? = nil,
            data: JSONValue = .object([])
        ) {
            (self.kind, self.actor, self.channel, self.subject) = (kind, actor, channel, subject)
            (self.before, self.after, self.data) = (before, after, data)
        }
    }

    /// What the event is about: `task/<uuid>`, `server/<uuid>` …
    package struct Subject: Hashable, Sendable, CustomStringConvertible {
        package enum Kind: String, CaseIterable, Hashable, Sendable {
            case task, server, session, person, project, intervention, bot, chat, token, rule, pipeline, schedule, template
        }
        package let kind: Kind
        package let id: String

        package init(_ kind: Kind, _ id: String) {
            (self.kind, self.id) = (kind, id)
        }

        package static func task(_ id: AgentTask.ID) -> Self { Self(.task, id.text) }
        package static func server(_ id: Server.ID) -> Self { Self(.server, id.text) }
        package static func session(_ id: Session.ID) -> Self { Self(.session, id.text) }
        package static func person(_ id: Person.ID) -> Self { Self(.person, id.text) }
        package static func project(_ id: Project.ID) -> Self { Self(.project, id.text) }
        /// - Parameter name: as the gateway names it, such as `<bot>/<chat>`.
        package static func chat(_ name: String) -> Self { Self(.chat, name) }
        package static func template(_ id: SavedTemplate.ID) -> Self { Self(.template, id.text) }
        package static func schedule(_ id: Schedule.ID) -> Self { Self(.schedule, id.text) }
        package static func pipeline(_ id: PipelineRun.ID) -> Self { Self(.pipeline, id.text) }

        package var description: String { "\(kind.rawValue)/\(id)" }
        package init?(_ text: String) {
            let parts = text.split(separator: "/", maxSplits: 1)
            guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
            self.init(kind, String(parts[1]))
        }
    }

    /// `noun.verb`; docs/events.md lists them.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case taskCreated = "task.created"
        case taskEdited = "task.edited"
        case taskAssigned = "task.assigned"
        case taskStarted = "task.started"
        case taskPlanSubmitted = "task.plan_submitted"
        case taskPlanApproved = "task.plan_approved"
        case taskPlanRevised = "task.plan_revised"
        case taskHelpRequested = "task.help_requested"
        case taskResponded = "task.responded"
        case taskSubmitted = "task.submitted"
        case taskApproved = "task.approved"
        case taskRevised = "task.revised"
        case taskCompleted = "task.completed"
        case taskFailed = "task.failed"
        case taskReleased = "task.released"
        case taskCancelled = "task.cancelled"
        case taskRetried = "task.retried"
        /// The last try that its policy allowed has failed, too.
        case taskGaveUp = "task.gave_up"
        case taskRetryStopped = "task.retry_stopped"
        case taskSpent = "task.spent"
        /// Its own cap keeps its next attempt from beginning, or does so no more.
        case taskCapped = "task.capped"
        case taskUncapped = "task.uncapped"
        case taskNoted = "task.noted"
        case taskUnblocked = "task.unblocked"
        case taskStalled = "task.stalled"
        case taskReminded = "task.reminded"
        case taskEscalated = "task.escalated"
        case taskDependencyAdded = "task.dependency_added"
        case taskDependencyRemoved = "task.dependency_removed"
        case pipelineCreated = "pipeline.created"
        case pipelineFinished = "pipeline.finished"
        case scheduleAdded = "schedule.added"
        case scheduleChanged = "schedule.changed"
        case scheduleRemoved = "schedule.removed"
        case scheduleFired = "schedule.fired"
        case serverRegistered = "server.registered"
        case serverOnline = "server.online"
        case serverOffline = "server.offline"
        case serverChanged = "server.changed"
        case serverRevoked = "server.revoked"
        case sessionCreated = "session.created"
        case sessionStarted = "session.started"
        case sessionClosing = "session.closing"
        case sessionClosed = "session.closed"
        case sessionFailed = "session.failed"
        case sessionDisconnected = "session.disconnected"
        case sessionRecovered = "session.recovered"
        case sessionTyped = "session.typed"
        case sessionResized = "session.resized"
        case sessionWaiting = "session.waiting"
        case sessionResumed = "session.resumed"
        case pushDelivered = "push.delivered"
        case pushDropped = "push.dropped"
        case personJoined = "person.joined"
        case personRoleChanged = "person.role_changed"
        case personRemoved = "person.removed"
        case chatBound = "chat.bound"
        case chatUnbound = "chat.unbound"
        case projectCreated = "project.created"
        case projectChanged = "project.changed"
        /// Tasks wait because a cap of the project or the hub is reached, or do so no more.
        case projectCapped = "project.capped"
        case projectUncapped = "project.uncapped"
        case tokenCreated = "token.created"
        case tokenRevoked = "token.revoked"
        case fileOffered = "file.offered"
        case fileDelivered = "file.delivered"
        case fileRequested = "file.requested"
        case fileReceived = "file.received"
        case fileFailed = "file.failed"
        case transferStarted = "transfer.started"
        case transferCompleted = "transfer.completed"
        case transferFailed = "transfer.failed"
        case templateSaved = "template.saved"
        case templateRemoved = "template.removed"
        case commandsReloaded = "commands.reloaded"
        case ruleAdded = "rule.added"
        case ruleChanged = "rule.changed"
        case ruleRemoved = "rule.removed"
        case permissionDenied = "permission.denied"

        /// Whether somebody may do less or more from now on than before.
        package var changesRights: Bool {
            switch self {
            case .personJoined, .personRoleChanged, .personRemoved, .tokenRevoked: true
            default: false
            }
        }
    }
}

import Foundation
import HubCore
import HubStore

/// One transaction of the hub: the tables, the time, who asks, and the events to append.
package final class HubTransaction {
    package let connection: any SQLConnection
    package let now: Timestamp
    package let caller: Caller
    package let vault: Vault
    package let spending: SpendingRules
    /// What follows in memory once the transaction is on disk.
    package private(set) var effects: [@Sendable (Hub) -> Void] = []
    /// What this transaction has read or written before, so that it is not read again.
    var rosters: [Project.ID: Roster] = [:]
    var classes: [Int: AgentTask.Content] = [:]
    var sharedCaps: [Project.ID: [SpendingCap]] = [:]
    private var knownProjects: [Project.ID: Project] = [:]
    private var ends: [Project.ID: (lastSequence: Int64, head: EventTable.Head?)] = [:]
    private var lastSequence: Int64 = 0
    private var unsealed: Set<Project.ID> = []

    package init(
        connection: any SQLConnection, now: Timestamp, caller: Caller, vault: Vault, spending: SpendingRules
    ) {
        (self.connection, self.now, self.caller, self.vault, self.spending) = (connection, now, caller, vault, spending)
    }

    package var tasks: TaskTable { TaskTable(connection) }
    package var attempts: AttemptTable { AttemptTable(connection) }
    package var dependencies: DependencyTable { DependencyTable(connection) }
    package var interventions: InterventionTable { InterventionTable(connection) }
    package var contractValues: ContractValueTable { ContractValueTable(connection) }
    package var pipelines: PipelineTable { PipelineTable(connection) }
    package var schedules: ScheduleTable { ScheduleTable(connection) }
    package var templates: TemplateTable { TemplateTable(connection) }
    package var notes: NoteTable { NoteTable(connection) }
    package var servers: ServerTable { ServerTable(connection) }
    package var sessions: SessionTable { SessionTable(connection) }
    package var sessionKeys: SessionKeyTable { SessionKeyTable(connection) }
    package var reminders: ReminderTable { ReminderTable(connection) }
    package var usage: UsageTable { UsageTable(connection) }
    package var capNotices: CapNoticeTable { CapNoticeTable(connection) }
    package var retries: RetryTable { RetryTable(connection) }
    package var writeScopes: WriteScopeTable { WriteScopeTable(connection) }
    package var stalls: StallTable { StallTable(connection) }
    package var pushes: PushTable { PushTable(connection) }
    package var people: PersonTable { PersonTable(connection) }
    package var credentials: CredentialTable { CredentialTable(connection) }
    package var projects: ProjectTable { ProjectTable(connection) }
    package var events: EventTable { EventTable(connection) }
    package var files: HubFileTable { HubFileTable(connection) }
    package var fileContents: FileContentTable { FileContentTable(connection) }
    package var fileTransfers: FileTransferTable { FileTransferTable(connection) }
    package var approvalRules: ApprovalRuleTable { ApprovalRuleTable(connection) }
    package var permissions: PermissionTable { PermissionTable(connection) }

    /// Runs `effect` after the commit, never if it fails.
    package func afterCommit(_ effect: @escaping @Sendable (Hub) -> Void) {
        effects.append(effect)
    }

    /// Carries out a use case as a part of what the transaction does, behind the gate.
    package func carryOut<Case: UseCase>(_ useCase: Case, once key: HandledTable.Key? = nil) throws -> Case.Outcome {
        let handled = HandledTable(connection)
        if let key, let entry = try handled.find(key) {
            guard entry.fingerprint == key.fingerprint else { throw HubError.keyReused }
            do {
                return try JSONDecoder().decode(Case.Outcome.self, from: Data(entry.outcome.utf8))
            } catch is DecodingError {
                throw HubError.conflict(
                    "this was carried out by an earlier version of the hub, and its answer cannot be repeated: ask for what it changed")
            }
        }
        let subject = try useCase.subject(in: self)
        try Gate.admit(caller, useCase.right, on: useCase.scope(of: subject), in: self)
        let outcome = try useCase.perform(on: subject, in: self)
        try seal()
        if let key {
            let stored = String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self)
            try handled.insert(key, outcome: stored, at: now)
        }
        return outcome
    }

    /// Appends an event to the log, under the caller's name.
    package func append(
        _ kind: Event.Kind, on subject: Event.Subject, in project: Project.ID, by actor: Actor? = nil, before: String? = nil,
        after: String? = nil, data: JSONValue = .object([])
    ) throws {
        try append(kind, on: CollectionOfOne((subject, data)), in: project, by: actor, before: before, after: after)
    }

    /// Appends one event about each of these subjects.
    func append(
        _ kind: Event.Kind, on subjects: some Collection<(Event.Subject, JSONValue)>, in project: Project.ID, by actor: Actor? = nil,
        before: String? = nil, after: String? = nil
    ) throws {
        let end = try ends[project] ?? events.end(of: project)
        var sequence = max(end.lastSequence, lastSequence)
        var (count, hash) = (end.head?.count ?? 0, end.head?.hash)
        var entries: [EventTable.Entry] = []
        let (who, channel) = (actor ?? caller.actor, actor == .hub ? .hub : caller.channel)
        var hasher = EventChain.Hasher(kind, by: who, over: channel, in: project, before: before, after: after, at: now)
        for (subject, data) in subjects {
            let fact = Event.Fact(
                kind, by: who, over: channel, on: subject, before: before, after: after, data: Redactor.redact(data))
            let bytes = fact.data.bytes
            let link = hasher.hash(of: subject, data: bytes, after: hash)
            (sequence, count, hash) = (sequence + 1, count + 1, link)
            entries.append(.init(Event(sequence: sequence, project: project, fact: fact, at: now, hash: link), data: bytes))
            if entries.count == Self.batch {
                try events.append(entries)
                entries = []
            }
        }
        try events.append(entries)
        guard let hash else { return }
        // The seal is made when the transaction is left.
        ends[project] = (sequence, EventTable.Head(sequence: sequence, count: count, hash: hash, seal: ""))
        unsealed.insert(project)
        lastSequence = sequence
    }

    /// Events that are stored together; more of them are no faster, and take memory.
    private static let batch = 256

    /// Stores the new ends of the logs that were appended to: once, however many events there were. To be called before the transaction
    /// is left.
    func seal() throws {
        for project in unsealed {
            guard let head = ends[project]?.head else { continue }
            let seal = EventChain.seal(count: head.count, hash: head.hash, in: project, key: vault.auditKey)
            try events.put(.init(sequence: head.sequence, count: head.count, hash: head.hash, seal: seal), of: project)
        }
        unsealed = []
    }

    /// - Throws: ``HubError/notFound(_:)``
    package func project(_ id: Project.ID) throws -> Project {
        if let known = knownProjects[id] { return known }
        guard let project = try projects.find(id) else { throw HubError.notFound("there is no project \(id)") }
        knownProjects[id] = project
        return project
    }

    /// Stores the project's settings; to be used instead of the table, so that the rest of the transaction sees them.
    func save(_ project: Project) throws {
        try projects.save(project)
        knownProjects[project.id] = project
        sharedCaps[project.id] = nil
    }
}

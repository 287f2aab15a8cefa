import ChatOps
import HubCore
import HubService
import HubStore

/// Whether the project of an event is quiet now, and what of the event has to wait for that reason. Lives in one transaction.
///
/// Held are new messages; cards and messages that are there already are kept current by edits, which make no sound.
final class QuietCheck {
    private let event: Event
    /// What is told has waited already.
    private let isOver: Bool
    private let transaction: HubTransaction
    private var known: Timestamp??
    private var isHolding = false
    private var wasDecision = false

    init(_ event: Event, isOver: Bool, _ transaction: HubTransaction) {
        (self.event, self.isOver, self.transaction) = (event, isOver, transaction)
    }

    private var deferred: DeferredTable { DeferredTable(connection: transaction.connection) }

    func holds(_ message: ChatMessage, isUrgent: Bool) throws -> Bool {
        guard try holds(isUrgent: isUrgent) else { return false }
        if message.urgency == .decision { wasDecision = true }
        return true
    }

    func holds(isUrgent: Bool) throws -> Bool {
        guard !isOver, !isUrgent, try until() != nil else { return false }
        isHolding = true
        return true
    }

    /// What is held and not told yet goes first, so that all is told in order.
    private func until() throws -> Timestamp? {
        if let known { return known }
        let settings = try transaction.project(event.project).settings
        let until = try settings.quietEnd(at: transaction.now) ?? (deferred.isAnything(of: event.project) ? transaction.now : nil)
        known = .some(until)
        return until
    }

    /// Notes the event if something of it has to wait.
    func store() throws -> Bool {
        guard isHolding, let until = try until() else { return false }
        try deferred.put(.init(sequence: event.sequence, project: event.project, wasDecision: wasDecision), until: until)
        return true
    }

    /// The settings may have changed how long what is held has to wait.
    func reschedule() throws -> Bool {
        let settings = try transaction.project(event.project).settings
        return try deferred.postpone(event.project, until: settings.quietEnd(at: transaction.now) ?? transaction.now)
    }
}

/// Events that quiet hours keep from being told, in the order in which they happened.
struct DeferredTable {
    let connection: any SQLConnection

    struct Row: Sendable {
        let sequence: Int64
        let project: Project.ID
        /// Somebody was to decide.
        let wasDecision: Bool
    }

    func put(_ row: Row, until: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO telegram_deferred (sequence, project, was_decision, until)
            VALUES (\(row.sequence), \(row.project), \(row.wasDecision), \(until)) ON CONFLICT (sequence) DO NOTHING
            """)
    }

    func isAnything(of project: Project.ID) throws -> Bool {
        try connection.row("SELECT 1 FROM telegram_deferred WHERE project = \(project) LIMIT 1") != nil
    }

    /// - Returns: whether anything is held.
    func postpone(_ project: Project.ID, until: Timestamp) throws -> Bool {
        try connection.execute("UPDATE telegram_deferred SET until = \(until) WHERE project = \(project)") > 0
    }

    func remove(_ sequence: Int64) throws { try connection.execute("DELETE FROM telegram_deferred WHERE sequence = \(sequence)") }

    func next() throws -> Timestamp? {
        guard let row = try connection.row("SELECT MIN(until) FROM telegram_deferred") else { return nil }
        var reader = RowReader(row)
        return try reader.optionalTime()
    }

    func due(at now: Timestamp, limit: Int) throws -> [Row] {
        try connection.rows(
            "SELECT sequence, project, was_decision FROM telegram_deferred WHERE until <= \(now) ORDER BY sequence LIMIT \(limit)"
        ).map { row in
            var reader = RowReader(row)
            return Row(sequence: try reader.int64(), project: try reader.id(), wasDecision: try reader.bool())
        }
    }
}

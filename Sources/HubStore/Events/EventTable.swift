import HubCore

/// The append-only event log. Each project's events are chained by hash, and the newest hash is kept beside the log under a seal,
/// so that a cut or edited log shows.
package struct EventTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    /// Raised when events were appended.
    package static let signal = "event"

    private static let columns: StaticString = """
        sequence, project, kind, actor_kind, actor_id, actor_name, channel, subject, before_state, after_state, data, at, hash
        """

    package struct Head: Hashable, Sendable {
        package let sequence: Int64
        /// How many events the project has.
        package let count: Int64
        package let hash: String
        package let seal: String

        package init(sequence: Int64, count: Int64, hash: String, seal: String) {
            (self.sequence, self.count, self.hash, self.seal) = (sequence, count, hash, seal)
        }
    }

    package func lastSequence() throws -> Int64 {
        guard let row = try connection.row("SELECT MAX(sequence) FROM event") else { return 0 }
        var reader = RowReader(row)
        return try reader.optionalInt() ?? 0
    }

    package func head(of project: Project.ID) throws -> Head? {
        try connection.row("SELECT sequence, count, hash, seal FROM audit_head WHERE project = \(project)").map { row in
            var reader = RowReader(row)
            return Head(sequence: try reader.int64(), count: try reader.int64(), hash: try reader.text(), seal: try reader.text())
        }
    }

    /// Where the next event is to be appended: the last number of the whole log, and the project's head.
    package func end(of project: Project.ID) throws -> (lastSequence: Int64, head: Head?) {
        guard
            let row = try connection.row(
                """
                SELECT log.last, head.sequence, head.count, head.hash, head.seal
                FROM (SELECT MAX(sequence) AS last FROM event) AS log LEFT JOIN audit_head AS head ON head.project = \(project)
                """)
        else { return (0, nil) }
        var reader = RowReader(row)
        let last = try reader.optionalInt() ?? 0
        guard let sequence = try reader.optionalInt() else { return (last, nil) }
        let head = Head(sequence: sequence, count: try reader.int64(), hash: try reader.text(), seal: try reader.text())
        return (last, head)
    }

    /// An event on its way into the log.
    package struct Entry {
        package let event: Event
        /// The event's `data`, as the hash was made of it.
        package let data: [UInt8]

        /// - Parameter data: the fact's `data` as JSON, if it is at hand.
        package init(_ event: Event, data: [UInt8]? = nil) {
            (self.event, self.data) = (event, data ?? event.fact.data.bytes)
        }

        fileprivate var row: [SQLValue] {
            let fact = event.fact
            return [
                event.sequence.sqlValue, event.project.sqlValue, fact.kind.sqlValue, fact.actor.kind.sqlValue, fact.actor.id.sqlValue,
                fact.actor.name.sqlValue, fact.channel.sqlValue, fact.subject.description.sqlValue, fact.before?.sqlValue ?? .null,
                fact.after?.sqlValue ?? .null, .text(String(decoding: data, as: UTF8.self)), event.at.sqlValue, event.hash.sqlValue,
            ]
        }
    }

    private static let insertion =
        "INSERT INTO event (\(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"

    /// To be followed by ``put(_:of:)`` with the new end, in the same transaction.
    package func append(_ entries: [Entry]) throws {
        guard !entries.isEmpty else { return }
        try connection.execute(Self.insertion, for: entries.map(\.row))
        connection.raise(Self.signal)
    }

    package func put(_ head: Head, of project: Project.ID) throws {
        try connection.execute(
            """
            INSERT INTO audit_head (project, sequence, count, hash, seal)
            VALUES (\(project), \(head.sequence), \(head.count), \(head.hash), \(head.seal))
            ON CONFLICT (project) DO UPDATE SET sequence = excluded.sequence, count = excluded.count, hash = excluded.hash,
                seal = excluded.seal
            """)
    }

    /// Events after `sequence` in their order, of one project or of all.
    package func after(_ sequence: Int64, in project: Project.ID? = nil, limit: Int) throws -> [Event] {
        var condition: SQL = "sequence > \(sequence)"
        if let project { condition = "project = \(project) AND \(condition)" }
        return try connection.rows("SELECT \(raw: Self.columns) FROM event WHERE \(condition) ORDER BY sequence LIMIT \(limit)").map(
            Self.read)
    }

    /// The latest events about a subject, oldest first.
    package func latest(on subject: Event.Subject, limit: Int) throws -> [Event] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM event WHERE subject = \(subject.description) ORDER BY sequence DESC LIMIT \(limit)"
        ).map(Self.read).reversed()
    }

    private static func read(_ row: SQLRow) throws -> Event {
        var reader = RowReader(row)
        let (sequence, project, kind) = (try reader.int64(), try reader.id(Project.self), try reader.value(Event.Kind.self))
        let actor = Actor(kind: try reader.value(), id: try reader.text(), name: try reader.text())
        let channel = try reader.value(Channel.self)
        guard let subject = Event.Subject(try reader.text()) else { throw SQLFault.undecodable("an event's subject") }
        let fact = Event.Fact(
            kind, by: actor, over: channel, on: subject, before: try reader.optionalText(), after: try reader.optionalText(),
            data: try reader.json())
        return Event(sequence: sequence, project: project, fact: fact, at: try reader.time(), hash: try reader.text())
    }
}

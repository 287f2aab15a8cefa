import HubCore

/// The caps that people were told of because tasks wait at them: once for each cap and period.
package struct CapNoticeTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    /// What a notice is about: a task at its own cap, or a project at its own or the hub's.
    package enum Subject: Hashable, Sendable {
        case task(AgentTask.ID)
        case project(Project.ID)

        var text: String {
            switch self {
            case .task(let id): id.text
            case .project(let id): id.text
            }
        }
    }

    package struct Entry: Hashable, Sendable {
        package let kind: SpendingCap.Kind
        package let mark: String

        package init(kind: SpendingCap.Kind, mark: String) {
            (self.kind, self.mark) = (kind, mark)
        }
    }

    /// - Returns: false if people were told of it already.
    package func put(_ entry: Entry, of subject: Subject, in project: Project.ID, at now: Timestamp) throws -> Bool {
        try connection.execute(
            """
            INSERT INTO cap_notice (subject, cap, mark, project, told_at)
            VALUES (\(subject.text), \(entry.kind.rawValue), \(entry.mark), \(project), \(now))
            ON CONFLICT (subject, cap) DO UPDATE SET mark = excluded.mark, told_at = excluded.told_at
            WHERE cap_notice.mark <> excluded.mark
            """) > 0
    }

    package func entries(of subject: Subject) throws -> [Entry] {
        try connection.rows("SELECT cap, mark FROM cap_notice WHERE subject = \(subject.text) ORDER BY cap").compactMap { row in
            var reader = RowReader(row)
            guard let kind = SpendingCap.Kind(rawValue: try reader.text()) else { return nil }
            return Entry(kind: kind, mark: try reader.text())
        }
    }

    /// - Returns: false if there was none.
    package func remove(_ kind: SpendingCap.Kind, of subject: Subject) throws -> Bool {
        try connection.execute("DELETE FROM cap_notice WHERE subject = \(subject.text) AND cap = \(kind.rawValue)") > 0
    }
}

import HubCore

/// A remark on a task, from a person to the agent or the other way round.
package struct Note: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Note>

    package let id: ID
    package let task: AgentTask.ID
    package let author: Actor
    package let content: String
    package let isUrgent: Bool
    package let createdAt: Timestamp

    package init(id: ID, task: AgentTask.ID, author: Actor, content: String, isUrgent: Bool, createdAt: Timestamp) {
        (self.id, self.task, self.author, self.content) = (id, task, author, content)
        (self.isUrgent, self.createdAt) = (isUrgent, createdAt)
    }
}

package struct NoteTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    package func insert(_ note: Note) throws {
        try connection.execute(
            """
            INSERT INTO note (id, task, author, content, is_urgent, created_at, number)
            VALUES (\(note.id), \(note.task), \(note.author.json), \(note.content), \(note.isUrgent), \(note.createdAt),
                (SELECT COALESCE(MAX(number), 0) + 1 FROM note WHERE task = \(note.task)))
            """)
    }

    /// The latest `limit` notes, oldest first.
    package func latest(of task: AgentTask.ID, limit: Int) throws -> [Note] {
        try connection.rows(
            """
            SELECT id, task, author, content, is_urgent, created_at FROM note WHERE task = \(task)
            ORDER BY number DESC LIMIT \(limit)
            """
        ).map { row in
            var reader = RowReader(row)
            return Note(
                id: try reader.id(), task: try reader.id(), author: try Actor(json: try reader.json()), content: try reader.text(),
                isUrgent: try reader.bool(), createdAt: try reader.time())
        }.reversed()
    }
}

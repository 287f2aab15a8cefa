import HubCore

/// A session as it is sent (agent protocol, section 8.4), with more for people's scripts.
package struct SessionObject: Sendable {
    package var session: Session
    package var serverName: String
    package var task: (id: AgentTask.ID, number: Int, title: String, state: AgentTask.State)?

    package init(
        _ session: Session, serverName: String, task: (id: AgentTask.ID, number: Int, title: String, state: AgentTask.State)?
    ) {
        (self.session, self.serverName, self.task) = (session, serverName, task)
    }

    package var json: JSONValue {
        [
            "id": JSONValue(session.id), "name": .string(session.name), "project_id": JSONValue(session.project),
            "server_id": JSONValue(session.server), "server_name": .string(serverName), "status": .string(session.state.rawValue),
            "since": JSONValue(session.since), "profile": .string(session.profile),
            "working_directory": JSONValue(session.workingDirectory), "cols": JSONValue(session.size.columns),
            "rows": JSONValue(session.size.rows),
            "task": task.map {
                [
                    "id": JSONValue($0.id), "number": JSONValue($0.number), "title": .string($0.title),
                    "status": .string($0.state.rawValue),
                ]
            } ?? .null,
            "created_by": .string(session.createdBy.name), "created_at": JSONValue(session.createdAt),
            "ended_at": JSONValue(session.endedAt), "exit_code": JSONValue(session.exitCode), "error": JSONValue(session.failure),
        ]
    }
}

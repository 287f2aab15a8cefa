import HubCore
import HubService
import HubStore
import WireProtocol

/// What of a task's texts is masked for whom (docs/rest-api.md, "Secrets"): the agent that has the task reads them as they were written,
/// since an answer may be the very key that it asked for; everybody else reads them masked.
extension Call {
    /// Whether the caller is the agent that has the task.
    func has(_ task: AgentTask) -> Bool {
        guard case .agent(let server, let session) = caller, task.holder == server.id else { return false }
        return session == nil || session == task.session
    }

    /// The tasks that the caller has.
    func tasksInHand() async throws -> Set<AgentTask.ID> {
        guard case .agent(let server, let session) = caller else { return [] }
        return try await ask(TasksInHand(of: server, in: session))
    }

    func shown(_ object: TaskObject) -> JSONValue {
        has(object.task) ? object.json : object.masked
    }

    func shown(_ intervention: Intervention, isOwn: Bool) -> JSONValue {
        let json = InterventionObject(intervention).json
        return isOwn ? json : Redactor.redact(json)
    }

    func shown(_ note: Note, isOwn: Bool) -> JSONValue {
        let json = NoteObject(note).json
        return isOwn ? json : Redactor.redact(json)
    }

    /// One task as the answer.
    func reply(status: Int = 200, _ object: TaskObject) -> Reply {
        Reply(status: status, verbatim: shown(object))
    }
}

extension TaskObject {
    /// Contracts and their values are data for programs, under a schema that a mask would break.
    private static let data: Set = ["produces", "contracts", "resolved_inputs"]

    fileprivate var masked: JSONValue {
        .object((json.members ?? []).map { Self.data.contains($0.name) ? $0 : .init($0.name, Redactor.redact($0.value)) })
    }
}

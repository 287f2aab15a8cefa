import HubCore
import HubService
import HubStore
import WireProtocol

/// Tasks as agents see them (agent protocol, sections 4 and 12).
enum AgentTasks {
    static let list: RouteTable.Handler = { call in
        try await call.list(in: try await call.project(), limit: 1000)
    }

    static let create: RouteTable.Handler = { call in
        let draft = try TaskDraft(json: try call.json())
        return try await call.create(draft, in: try await call.project())
    }

    /// What this server has to do, or one of its sessions; an unknown session has nothing.
    static let check: RouteTable.Handler = { call in
        guard case .agent(let server, let own) = call.caller else { return Reply(["count": 0, "tasks": []]) }
        let named = call.query["session_id"].map { Session.ID($0) }
        // A session's key sees its own work only, whatever it asks for.
        guard let session = own ?? named ?? nil else {
            if named != nil { return Reply(["count": 0, "tasks": []]) }
            return try await call.check(server, in: nil)
        }
        return try await call.check(server, in: session)
    }

    static let get: RouteTable.Handler = { call in try await call.single(try await call.task()) }

    static let edit: RouteTable.Handler = { call in
        let changes = EditTask.Changes(try TaskChanges(json: try call.json()))
        return call.reply(TaskObject(try await call.run(EditTask(try await call.task(), changes))))
    }

    static let cancel: RouteTable.Handler = { call in
        call.reply(TaskObject(try await call.run(CancelTask(try await call.task()))))
    }

    static let assign: RouteTable.Handler = { call in try await call.assign(try await call.task()) }
    static let notes: RouteTable.Handler = { call in try await call.notes(of: try await call.task()) }
    static let addNote: RouteTable.Handler = { call in try await call.addNote(to: try await call.task()) }
    static let addDependency: RouteTable.Handler = { call in try await call.addDependency(to: try await call.task()) }

    static let removeDependency: RouteTable.Handler = { call in
        let removal = RemoveDependency(try await call.task(), on: try await call.task(at: 1))
        return call.reply(TaskObject(try await call.run(removal)))
    }
}

extension Call {
    fileprivate func check(_ server: Server, in session: Session.ID?) async throws -> Reply {
        let tasks = try await waiting {
            let tasks = try await ask(CheckTasks(on: server, in: session))
            return (tasks, isFound: !tasks.isEmpty)
        }
        return Reply(verbatim: ["count": JSONValue(tasks.count), "tasks": .array(tasks.map { shown(TaskObject($0)) })])
    }

    /// The session that the key or the query names, if there is one.
    func session(_ own: Session.ID?, in project: Project.ID) async throws -> SessionView? {
        guard let id = own ?? query["session_id"].flatMap({ Session.ID($0) }) else { return nil }
        do { return try await ask(GetSession(.id(id))) } catch HubError.notFound { return nil }
    }
}

import HubCore
import HubService
import WireProtocol

/// Files that people's scripts send to servers and bring from there.
enum PeopleFiles {
    static let list: RouteTable.Handler = { call in
        let project = try await call.project()
        let limit = try call.query.int("limit", in: 1...500) ?? 100
        var task: TaskReference?
        if let text = call.query["task"] {
            guard let name = TaskName(text) else { throw Problem(422, "task must be a task's id or number") }
            task = try await call.reference(to: name, in: project)
        }
        let files = try await call.ask(ListFiles(in: project, task: task, limit: limit))
        return Reply(["files": .array(files.map(\.json))])
    }

    /// The body is the file; the query says where it goes: `?name=notes.md&task=42` or `&server=mac-2`.
    static let send: RouteTable.Handler = { call in
        let project = try await call.queriedProject()
        guard let name = call.query["name"] else { throw Problem(422, "say what the file is called: name=notes.md") }
        var task: TaskName?
        if let text = call.query["task"] {
            task = TaskName(text)
            guard task != nil else { throw Problem(422, "task must be a task's id or number") }
        }
        let target = try await call.target(server: call.query["server"], task: task, in: project)
        let file = try await call.hub.sendFile(named: name, call.body, to: target, as: call.by, once: try call.key())
        return Reply(status: 201, try await call.ask(GetFile(file.id)).json)
    }

    static let request: RouteTable.Handler = { call in
        let order = try FileRequest(json: try call.json())
        let target = try await call.target(server: order.server, task: order.task, in: try await call.project())
        let file = try await call.run(RequestFile(from: target, path: order.path))
        return Reply(status: 201, try await call.ask(GetFile(file.id)).json)
    }

    /// `wait=` holds the request until the file is there or has failed.
    static let get: RouteTable.Handler = { call in
        let id = try call.file()
        let view = try await call.waiting {
            let view = try await call.ask(GetFile(id))
            return (view, isFound: view.file.state.isOver)
        }
        return Reply(view.json)
    }

    static let content: RouteTable.Handler = { call in
        Reply(try await call.ask(ReadFile(try call.file())), from: call.hub)
    }
}

extension Call {
    /// As ``project()``, for a body that is no JSON.
    fileprivate func queriedProject() async throws -> Project.ID {
        var call = self
        call.body = []
        return try await call.project()
    }

    fileprivate func target(server: String?, task: TaskName?, in project: Project.ID) async throws -> FileTarget {
        switch (server, task) {
        case (nil, let task?): .task(try await reference(to: task, in: project))
        case (let server?, nil): .server(server, in: project)
        default: throw Problem(422, "say where: either server=mac-2 or task=42")
        }
    }
}

extension FileView {
    fileprivate var json: JSONValue { FileObject(file, serverName: serverName, taskNumber: taskNumber).json }
}

import HubCore
import HubService
import HubStore
import WireProtocol

/// What agents and people ask about tasks in the same way.
extension Call {
    /// The task that the path names.
    ///
    /// - Throws: ``Problem`` with 404 if the text names no task, 422 if a number leaves the project open.
    func task(at index: Int = 0) async throws -> TaskReference {
        let text = parameters[index]
        guard let name = TaskName(text) else {
            throw Problem(404, "there is no task \(text.prefix(64)): give a task's id or its number")
        }
        return try await reference(to: name, in: nil)
    }

    func reference(to name: TaskName, in known: Project.ID?) async throws -> TaskReference {
        switch name {
        case .id(let id): return .id(id)
        case .number(let number):
            if let known { return .number(number, in: known) }
            return .number(number, in: try await project())
        }
    }

    func list(in project: Project.ID, limit standard: Int) async throws -> Reply {
        var filter = TaskFilter(project: project, states: try query.words("status"))
        filter.limit = try query.int("limit", in: 1...1000) ?? standard
        filter.text = query["text"]
        if let after = query["after"] { filter.before = try await number(of: after, in: project) }
        if let server = query["server"] { filter.server = try await id(ofServer: server, in: project) }
        if let session = query["session_id"] {
            guard let id = Session.ID(session) else { return Reply(["tasks": [], "total": 0, "next": nil]) }
            filter.session = id
        }
        let answer = try await ask(ListTasks(filter))
        // Numbers begin at 1, so nothing comes after it.
        let hasMore = answer.tasks.count == filter.limit && answer.tasks.last?.task.number != 1
        return Reply(verbatim: [
            "tasks": .array(answer.tasks.map { shown(TaskObject($0, isBrief: true)) }), "total": JSONValue(answer.total),
            "next": hasMore ? JSONValue(answer.tasks.last?.task.number) : .null,
        ])
    }

    /// `after` names the last task of the page before, by number or id.
    private func number(of text: String, in project: Project.ID) async throws -> Int {
        switch TaskName(text) {
        case .number(let number): return number
        case .id(let id): return try await ask(GetTask(.id(id))).view.task.number
        case nil: throw Problem(422, "after must be the number or the id of the last task of the page before")
        }
    }

    private func id(ofServer text: String, in project: Project.ID) async throws -> Server.ID {
        let lines = try await ask(ListServers(in: project))
        guard let line = lines.first(where: { $0.server.id.text == text.lowercased() || $0.server.name.lowercased() == text.lowercased() })
        else { throw Problem(404, "there is no server \(text.prefix(64)) in this project") }
        return line.server.id
    }

    func create(_ draft: TaskDraft, in project: Project.ID) async throws -> Reply {
        var dependencies: [Upstream] = []
        for asked in draft.dependencies {
            dependencies.append(Upstream(try await reference(to: asked.task, in: project), asked.kind, contractKey: asked.contractKey))
        }
        let outcome = try await run(CreateTask(project: project, content: draft.content, dependencies: dependencies, source: draft.session))
        return reply(status: 201, TaskObject(outcome))
    }

    func single(_ task: TaskReference) async throws -> Reply {
        let answer = try await ask(GetTask(task))
        return reply(TaskObject(answer.view, notes: answer.notes))
    }

    func assign(_ task: TaskReference) async throws -> Reply {
        let order = try AssignOrder(json: try json())
        let target = order.session.map(AssignTask.Target.session) ?? order.server.map(AssignTask.Target.server) ?? .automatic
        return reply(TaskObject(try await run(AssignTask(task, to: target, requirePlan: order.requirePlan))))
    }

    func notes(of task: TaskReference) async throws -> Reply {
        let (notes, own) = (try await ask(ListNotes(task)), try await tasksInHand())
        return Reply(verbatim: .array(notes.map { shown($0, isOwn: own.contains($0.task)) }))
    }

    func addNote(to task: TaskReference) async throws -> Reply {
        let report = try NoteReport(json: try json())
        let outcome = try await run(AddNote(task, report.content, isUrgent: report.isUrgent))
        return Reply(verbatim: shown(outcome.note, isOwn: has(outcome.view.task)))
    }

    func addDependency(to task: TaskReference) async throws -> Reply {
        let order = try DependencyOrder(json: try json())
        let upstream = try await reference(to: order.upstream, in: nil)
        let outcome = try await run(AddDependency(task, on: upstream, kind: order.kind, contractKey: order.contractKey))
        return Reply(DependencyObject(outcome.dependency).json)
    }
}

import HubCore
import HubService
import WireProtocol

/// Questions of agents, for agents and people alike; the gate decides who may answer which (agent protocol, sections 4, 8.3 and 12).
enum Interventions {
    static let list: RouteTable.Handler = { call in
        let project = try await call.project()
        var task: TaskReference?
        if let text = call.query["task_id"] {
            guard let name = TaskName(text) else { throw Problem(422, "task_id must be a task's id or number") }
            task = try await call.reference(to: name, in: project)
        }
        let states = try call.query.words("status", Intervention.State.self)
        guard states.count < 2 else { throw Problem(422, "status must be one word") }
        let found = try await call.ask(ListInterventions(in: project, task: task, state: states.first))
        let own = try await call.tasksInHand()
        return Reply(verbatim: .array(found.map { call.shown($0, isOwn: own.contains($0.task)) }))
    }

    /// `wait=` holds the request until the question is answered or withdrawn.
    static let get: RouteTable.Handler = { call in
        let query = GetIntervention(call.parameters[0], in: try await call.scopeOfPrefix())
        let found = try await call.waiting {
            let intervention = try await call.ask(query)
            return (intervention, isFound: intervention.state != .pending)
        }
        return Reply(verbatim: call.shown(found, isOwn: try await call.tasksInHand().contains(found.task)))
    }

    static let respond: RouteTable.Handler = { call in
        let order = try RespondOrder(json: try call.json())
        let intervention = try await call.ask(GetIntervention(call.parameters[0], in: try await call.scopeOfPrefix()))
        let outcome = try await call.run(Respond(to: .intervention(intervention.id), order.response))
        return Reply(verbatim: call.shown(outcome.intervention, isOwn: call.has(outcome.view.task)))
    }
}

extension Call {
    /// Where the beginning of an id is looked up; a whole id needs no project.
    fileprivate func scopeOfPrefix() async throws -> Project.ID? {
        Intervention.ID(parameters[0]) == nil ? try await project() : nil
    }
}

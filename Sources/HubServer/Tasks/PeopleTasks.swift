import HubCore
import HubService
import WireProtocol

/// Tasks as people's scripts see them (agent protocol, section 12).
enum PeopleTasks {
    static let list: RouteTable.Handler = { call in try await call.list(in: try await call.project(), limit: 100) }

    static let create: RouteTable.Handler = { call in
        let draft = try TaskDraft(json: try call.json())
        return try await call.create(draft, in: try await call.project())
    }

    static let get: RouteTable.Handler = { call in try await call.single(try await call.task()) }
    static let edit = AgentTasks.edit
    static let cancel = AgentTasks.cancel
    static let assign = AgentTasks.assign
    static let notes = AgentTasks.notes
    static let addNote = AgentTasks.addNote
    static let addDependency = AgentTasks.addDependency
    static let removeDependency = AgentTasks.removeDependency

    /// Why a task waits: its blockers, or server by server what keeps it from going there, and the nearest fix.
    static let why: RouteTable.Handler = { call in
        let answer = try await call.ask(Explain(try await call.task()))
        let task = answer.view.task
        return Reply([
            "id": JSONValue(task.id), "number": JSONValue(task.number), "status": .string(task.state.rawValue),
            "waiting": JSONValue(answer.view.waiting?.words), "servers": .array(answer.explanation.lines.map(\.json)),
            "nearest_fix": JSONValue(answer.explanation.nearestFix?.description),
            "held_behind": .array(
                answer.roots.map {
                    [
                        "id": JSONValue($0.id), "number": JSONValue($0.number), "title": .string($0.title),
                        "status": .string($0.state.rawValue),
                    ]
                }),
        ])
    }
}

extension Placement.Explanation.Line {
    fileprivate var json: JSONValue {
        let (verdict, reason, score): (String, String?, Placement.Score?) =
            switch verdict {
            case .infeasible(let rule): ("infeasible", rule.description, nil)
            case .unavailable(let reason, let score): ("unavailable", reason.description, score)
            case .ready(let score): ("ready", nil, score)
            }
        return [
            "server_id": JSONValue(server.id), "name": .string(server.name), "verdict": .string(verdict), "reason": JSONValue(reason),
            "score": score.map { JSONValue($0.total) } ?? .null,
        ]
    }
}

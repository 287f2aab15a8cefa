import HubCore
import HubService
import WireProtocol

/// What the agent that has a task reports on it (agent protocol, sections 4 and 12).
enum Reports {
    static let start: RouteTable.Handler = { call in
        let report = try StartReport(json: try call.json())
        return call.reply(TaskObject(try await call.run(StartTask(try await call.report(report.attempt)))))
    }

    static let plan: RouteTable.Handler = { call in
        let report = try PlanReport(json: try call.json())
        return call.reply(TaskObject(try await call.run(SubmitPlan(try await call.report(report.attempt), plan: report.plan))))
    }

    static let help: RouteTable.Handler = { call in
        let report = try HelpReport(json: try call.json())
        let target = try report.target.map { text in
            guard let id = Session.ID(text) else {
                throw Problem(404, "there is no session \(text.prefix(64)): target_session_id is its id")
            }
            return id
        }
        let outcome = try await call.run(RequestHelp(try await call.report(report.attempt), report.content, to: target))
        return Reply([
            "intervention_id": JSONValue(outcome.intervention.id), "status": .string(outcome.intervention.state.rawValue),
            "task_id": JSONValue(outcome.view.task.id), "task_status": .string(outcome.view.task.state.rawValue),
        ])
    }

    static let submit: RouteTable.Handler = { call in try await complete(call, forReview: true) }
    static let complete: RouteTable.Handler = { call in try await complete(call, forReview: false) }

    private static func complete(_ call: Call, forReview: Bool) async throws -> Reply {
        let report = try CompleteReport(json: try call.json())
        let completion = CompleteTask(
            try await call.report(report.attempt), result: report.result, contracts: report.contracts, diffStats: report.diffStats,
            forReview: forReview)
        return call.reply(TaskObject(try await call.hub.complete(completion, as: call.by, once: try call.key())))
    }

    static let fail: RouteTable.Handler = { call in
        let report = try FailReport(json: try call.json())
        return call.reply(TaskObject(try await call.run(FailTask(try await call.report(report.attempt), error: report.error))))
    }
}

extension Call {
    fileprivate func report(_ attempt: Int?) async throws -> AgentReport {
        AgentReport(try await task(), attempt: attempt)
    }
}

import HubCore
import HubService
import WireProtocol

/// A person's word on a task (agent protocol, section 12).
enum Decisions {
    static let approve: RouteTable.Handler = { call in
        let order = try DecisionOrder(json: try call.json())
        return call.reply(TaskObject(try await call.run(Decide(try await call.task(), .approve, planHash: order.planHash))))
    }

    static let revise: RouteTable.Handler = { call in
        let order = try DecisionOrder(json: try call.json())
        let decision = Decide(try await call.task(), .revise(feedback: order.feedback), planHash: order.planHash)
        return call.reply(TaskObject(try await call.run(decision)))
    }

    static let respond: RouteTable.Handler = { call in
        let order = try RespondOrder(json: try call.json())
        let outcome = try await call.run(Respond(to: .task(try await call.task()), order.response))
        return call.reply(TaskObject(outcome.view))
    }

    static let retry: RouteTable.Handler = { call in call.reply(TaskObject(try await call.run(RetryTask(try await call.task())))) }
    static let release: RouteTable.Handler = { call in call.reply(TaskObject(try await call.run(ReleaseTask(try await call.task())))) }
}

import HubCore
import HubService
import WireProtocol

/// What agents may do without asking, and what hooks decided (agent protocol, sections 3.4, 3.10, 8.5 and 8.7).
enum AgentApprovals {
    static let rules: RouteTable.Handler = { call in
        let server = try call.agentServer()
        let rules = try await call.ask(ListApprovalRules(in: server.project, holdingOn: server.id))
        return Reply(verbatim: .array(rules.map { ApprovalRuleObject($0.rule).hookJSON }))
    }

    /// Any status but 201 is a failure to the daemon.
    static let log: RouteTable.Handler = { call in
        let (server, now) = (try call.machine(), call.hub.clock.now())
        let report = try PermissionReport(json: try call.json())
        let entries = report.entries.map { entry in
            PermissionEntry(
                server: server.id, session: entry.session, tool: Redactor.redact(entry.tool),
                input: String(Redactor.redact(entry.input).text.prefix(2000)), decision: entry.decision, rule: entry.rule,
                reason: entry.reason.map(Redactor.redact), agent: entry.agent, decidedAt: entry.at, receivedAt: now)
        }
        let stored = try await call.hub.run(LogPermissions(on: server, entries), as: .hub, once: try call.key())
        return Reply(status: 201, ["stored": JSONValue(stored), "skipped": JSONValue(report.skipped)])
    }
}

/// The same for people's scripts.
enum PeopleApprovals {
    static let list: RouteTable.Handler = { call in
        let rules = try await call.ask(ListApprovalRules(in: try await call.project()))
        return Reply(verbatim: ["rules": .array(rules.map(\.json))])
    }

    static let add: RouteTable.Handler = { call in
        let order = try ApprovalRuleOrder(json: try call.json())
        let rule = try await call.run(AddApprovalRule(in: try await call.project(), on: order.server ?? nil, try order.content()))
        return Reply(status: 201, verbatim: rule.json)
    }

    static let get: RouteTable.Handler = { call in
        Reply(verbatim: try await call.ask(GetApprovalRule(call.parameters[0], in: try await call.project())).json)
    }

    static let change: RouteTable.Handler = { call in
        let (order, project) = (try ApprovalRuleOrder(json: try call.json()), try await call.project())
        let old = try await call.ask(GetApprovalRule(call.parameters[0], in: project)).rule
        let place: ChangeApprovalRule.Place? =
            switch order.server {
            case nil: nil
            case .some(nil): .project
            case .some(let name?): .server(name)
            }
        let change = ChangeApprovalRule(old.id.text, in: project, content: order.changed(old.content), place: place)
        return Reply(verbatim: try await call.run(change).json)
    }

    static let remove: RouteTable.Handler = { call in
        let id = call.parameters[0]
        _ = try await call.run(RemoveApprovalRule(id, in: try await call.project()))
        return Reply(["removed": true, "id": .string(id)])
    }

    static let permissions: RouteTable.Handler = { call in
        let decisions = try call.query.words("decision", PermissionEntry.Decision.self)
        guard decisions.count < 2 else { throw Problem(422, "decision must be one word") }
        let lines = try await call.ask(
            ListPermissions(
                in: try await call.project(), decision: decisions.first, server: call.query["server"],
                limit: try call.query.int("limit", in: 1...1000) ?? 100))
        return Reply(["entries": .array(lines.map { PermissionObject($0.entry, serverName: $0.serverName).json })])
    }
}

extension ApprovalRuleView {
    fileprivate var json: JSONValue { ApprovalRuleObject(rule, serverName: serverName).json }
}

extension Call {
    /// The server whose key came, or under which the session of that key runs.
    func agentServer() throws(Problem) -> Server {
        guard case .agent(let server, _) = caller else { throw Problem(401, "this needs an X-API-Key") }
        return server
    }
}

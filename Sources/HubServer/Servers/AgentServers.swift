import HubCore
import HubService
import WireProtocol

/// Servers as agents see them, and how an agent becomes one (agent protocol, sections 1, 3 and 4).
enum AgentServers {
    /// A machine shows its one-time token and gets its key. The token and the key appear in no log.
    static let register: RouteTable.Handler = { call in
        let registration = try Registration(json: try call.json())
        let (tries, now) = (call.server.registrationTries, call.hub.clock.now())
        let key = RegisterServer.newKey()
        let machine = Server.Machine(
            machineID: registration.machineID, macAddress: registration.macAddress, hostname: registration.hostname, os: registration.os,
            address: call.address, systemInfo: registration.systemInfo)
        do {
            let server = try await call.hub.run(
                RegisterServer(
                    token: registration.token, name: registration.name, machine: machine,
                    capabilities: registration.report.merged(over: Capabilities()), key: key),
                as: .stranger(name: registration.name, over: .rest))
            tries.succeeded(call.address)
            call.note(Load(systemInfo: registration.systemInfo), of: server.id)
            return Reply(
                status: 201,
                verbatim: [
                    "id": JSONValue(server.id), "api_key": .string(key.revealed), "name": .string(server.name),
                    "project_id": JSONValue(server.project),
                ])
        } catch let error as HubError {
            // Wrong ones alone are refused for longer and longer: behind a proxy everybody has one address, and whoever holds a good
            // token is let in.
            if case .unauthenticated = error {
                try tries.check(call.address, at: now)
                tries.failed(call.address, at: now)
            }
            throw error
        }
    }

    /// A sign of life. Only what has changed about the machine is stored; how busy it is, is kept in memory.
    static let heartbeat: RouteTable.Handler = { call in
        let heartbeat = try Heartbeat(json: try call.json())
        // A session's key speaks for its task, and not for the machine.
        if case .agent(let server, nil) = call.caller {
            call.note(heartbeat.load, of: server.id)
            let known = server.machine.systemInfo
            let info = heartbeat.systemInfo.map { SystemInfo.with(known["repos"], in: $0) } ?? known
            let capabilities = heartbeat.report.merged(over: server.reported)
            if capabilities != server.reported || !SystemInfo.isSame(info, server.machine.systemInfo) {
                try await call.hub.run(UpdateServer(server.id, systemInfo: info, capabilities: capabilities), as: .hub)
            }
        }
        return Reply(["status": "ok"])
    }

    static let list: RouteTable.Handler = { call in try await call.servers(of: try await call.project()) }

    /// What an AI agent sees first (section 8.8).
    static let status: RouteTable.Handler = { call in
        guard case .agent(let server, let own) = call.caller else { throw Problem(401, "this needs an X-API-Key") }
        let session = try await call.session(own, in: server.project)
        let tasks = try await call.ask(CheckTasks(on: server, in: own))
        let project = try await call.hub.project(named: server.project.text)
        let running = tasks.filter { $0.task.state == .running }.count
        // Those of the caller itself, as it has them elsewhere.
        return Reply(verbatim: [
            "connected": true, "server_id": JSONValue(server.id), "server_name": .string(server.name),
            "session_id": JSONValue(session?.session.id.text),
            "session_name": JSONValue(session?.session.name), "project_id": JSONValue(server.project),
            "project_name": JSONValue(project?.name),
            "tasks": .array(
                tasks.map {
                    [
                        "id": JSONValue($0.task.id), "number": JSONValue($0.task.number), "title": .string($0.task.content.title),
                        "status": .string($0.task.state.rawValue),
                    ]
                }),
            "task_summary": [
                "pending": JSONValue(tasks.filter { $0.task.state == .assigned }.count), "running": JSONValue(running),
                "total": JSONValue(tasks.count),
            ],
            "error": nil,
        ])
    }
}

extension Call {
    func servers(of project: Project.ID) async throws -> Reply {
        Reply(["servers": .array(try await ask(ListServers(in: project)).map(object(of:)))])
    }

    fileprivate func note(_ load: Load?, of server: Server.ID) {
        if let load { hub.liveness.note(load, of: server, at: hub.clock.now()) }
    }

    func object(of line: ListServers.Line) -> JSONValue {
        let heard = max(hub.liveness.lastHeard(line.server.id) ?? line.server.lastHeard, line.server.lastHeard)
        return ServerObject(line.server, usedSlots: line.usedSlots, lastHeard: heard).json
    }
}

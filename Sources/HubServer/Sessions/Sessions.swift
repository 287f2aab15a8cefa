import HubCore
import HubService
import WireProtocol

/// Sessions as agents and people's scripts see them (agent protocol, sections 4, 8.4 and 12).
enum Sessions {
    /// `over=true` lists those that have ended, too.
    static let list: RouteTable.Handler = { call in
        let includeOver = call.query["over"] == "true"
        let sessions = try await call.ask(ListSessions(in: try await call.project(), includeOver: includeOver))
        return Reply(["sessions": .array(sessions.map { SessionObject($0).json })])
    }

    static let open: RouteTable.Handler = { call in
        let order = try OpenSessionOrder(json: try call.json())
        let session = try await call.run(
            OpenSession(
                on: order.server, in: try await call.project(), name: order.name, profile: order.profile,
                workingDirectory: order.workingDirectory, size: order.size))
        return Reply(status: 201, SessionObject(session).json)
    }

    static let get: RouteTable.Handler = { call in
        Reply(SessionObject(try await call.ask(GetSession(try await call.session()))).json)
    }

    static let close: RouteTable.Handler = { call in
        Reply(SessionObject(try await call.run(CloseSession(try await call.session()))).json)
    }

    static let resize: RouteTable.Handler = { call in
        let order = try SizeOrder(json: try call.json())
        let view = try await call.run(ResizeSession(try await call.session(), to: order.size))
        await call.server.configuration.terminals.resize(view.session.id, to: order.size)
        return Reply(SessionObject(view).json)
    }

    /// The answer's `status` says what the screen showed after it.
    static let input: RouteTable.Handler = { call in
        let order = try InputOrder(json: try call.json())
        let (terminals, session) = (call.server.configuration.terminals, try await call.session())
        let kind: Session.Typing = if case .keys = order.input { .key } else { .text }
        let id = try await call.run(AdmitTyping(session, kind)).session.id
        var result = TypingResult.submitted
        switch order.input {
        case .text(let text, let submits): result = await terminals.type(text, into: id, submits: submits)
        case .bytes(let bytes): result = await terminals.write(bytes, into: id)
        case .keys(let keys):
            for key in keys where result.isTyped { result = await terminals.press(key, in: id) }
        }
        switch result {
        case .submitted, .typed, .typedNotSubmitted: return Reply(["status": .string(result.rawValue), "session_id": JSONValue(id)])
        case .unknownKey: throw Problem(422, "there is no key of that name: enter, esc, tab, up, ctrl-c and the like")
        case .noTerminal: throw Problem(409, "this session has no terminal at the moment")
        case .serverOffline: throw Problem(409, "the session's server is not connected: nothing was typed")
        }
    }

    /// `format=png` for a picture.
    static let screen: RouteTable.Handler = { call in
        let view = try await call.ask(GetSession(try await call.session()))
        let terminals = call.server.configuration.terminals
        switch call.query["format"] ?? "json" {
        case "png":
            guard let picture = await terminals.picture(of: view.session.id) else { throw noTerminal }
            return Reply(status: 200, type: "image/png", bytes: picture)
        case "json":
            guard let screen = await terminals.screen(of: view.session.id) else { throw noTerminal }
            return Reply([
                "session_id": JSONValue(view.session.id), "lines": JSONValue(screen.lines), "cols": JSONValue(screen.size.columns),
                "rows": JSONValue(screen.size.rows), "title": .string(screen.title),
                "cursor": ["row": JSONValue(screen.cursor.row), "column": JSONValue(screen.cursor.column)],
            ])
        default: throw Problem(422, "format must be json or png")
        }
    }

    /// All output that is kept: plain text, or the recording with `format=asciicast`.
    static let log: RouteTable.Handler = { call in
        let view = try await call.ask(GetSession(try await call.session()))
        let terminals = call.server.configuration.terminals
        switch call.query["format"] ?? "text" {
        case "text":
            guard let log = await terminals.log(of: view.session.id) else { throw noOutput }
            return Reply(status: 200, type: "text/plain; charset=utf-8", bytes: log)
        case "asciicast":
            guard let recording = await terminals.recording(of: view.session.id) else { throw noOutput }
            return Reply(status: 200, type: "application/x-asciicast", bytes: recording)
        default: throw Problem(422, "format must be text or asciicast")
        }
    }

    private static let noTerminal = Problem(409, "this session has no terminal at the moment")
    private static let noOutput = Problem(404, "no output of this session is kept")

    /// What became of the configuration of an agent's tools (section 3.11): for the log of who looks for faults.
    static let toolStatus: RouteTable.Handler = { call in
        let server = try call.machine()
        guard let id = Session.ID(call.parameters[0]) else { throw Problem(404, "there is no session \(call.parameters[0].prefix(64))") }
        let view = try await call.ask(GetSession(.id(id)))
        guard view.session.server == server.id else { throw Problem(404, "there is no session \(id)") }
        let status = try Fields(try call.json()).string("mcp_status") ?? ""
        call.server.log.debug("tools of a session", metadata: ["session": "\(id)", "status": "\(status.prefix(40))"])
        return Reply(["id": JSONValue(id), "mcp_status": .string(String(status.prefix(40)))])
    }
}

extension SessionObject {
    init(_ view: SessionView) {
        self.init(
            view.session, serverName: view.serverName,
            task: view.task.map { (id: $0.id, number: $0.number, title: $0.title, state: $0.state) })
    }
}

extension Call {
    /// The session that the path names: by its id, or by its name in the project.
    fileprivate func session() async throws -> SessionReference {
        if let id = Session.ID(parameters[0]) { return .id(id) }
        return .named(parameters[0], in: try await project())
    }

    /// The name of the session whose key came.
    func ownSessionName() async throws -> String? {
        guard case .agent(_, let session?) = caller else { return nil }
        return try await ask(GetSession(.id(session))).session.name
    }
}

import HubCore
import HubService
import HubStore

extension TestHub {
    /// A registered server whose daemon is connected.
    package func terminalServer(_ name: String, features: Set<String> = ["ack"], slots: Int = Capabilities.defaultSlots) async throws
        -> Server
    {
        let server = try await server(name, slots: slots)
        return try await connect(server, features: features)
    }

    @discardableResult
    package func connect(_ server: Server, features: Set<String> = ["ack"]) async throws -> Server {
        try await hub.run(ServerConnected(server.id, features: features), as: .hub).server
    }

    package func session(_ id: Session.ID?) async throws -> Session {
        guard let id else { throw HubError.notFound("no session") }
        return try await hub.ask(GetSession(.id(id)), as: .hub).session
    }

    /// The session of a task's open attempt.
    package func session(of task: AgentTask) async throws -> Session {
        try await session(try await self.task(task).task.session)
    }

    /// The daemon says that the terminal runs.
    @discardableResult
    package func start(_ session: Session, tmux: Bool = true) async throws -> Session {
        try await hub.run(
            SessionStarted(
                session.id, on: session.server, pid: 4711, tmuxName: tmux ? session.standardTmuxName : "", workingDirectory: "/srv/agent"),
            as: .hub
        ).session
    }

    /// Takes what can be sent now and marks it sent.
    @discardableResult
    package func send(to server: Server) async throws -> [Push] {
        let pushes = try await hub.pendingPushes(for: server.id)
        try await hub.run(MarkPushesSent(pushes.map(\.id), to: server.id), as: .hub)
        return pushes
    }

    package func pushes(to session: Session) async throws -> [Push] {
        try await hub.ask(ListPushes(to: .id(session.id)), as: .hub)
    }

    /// The kinds of the events about a session, oldest first.
    package func story(of session: Session) async throws -> [Event.Kind] {
        try await events().filter { $0.fact.subject == .session(session.id) }.map(\.fact.kind)
    }

    package func lastEvent(_ kind: Event.Kind) async throws -> Event? {
        try await events().last { $0.fact.kind == kind }
    }
}

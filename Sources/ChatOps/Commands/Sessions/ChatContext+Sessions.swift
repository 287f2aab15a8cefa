import HubCore
import HubService
import HubStore

extension ChatContext {
    var terminals: any ChatTerminals { ops.terminals }

    /// The session that is named, else that of what the message replies to, else that of the task or terminal shown last.
    ///
    /// - Throws: ``UsageError`` where nothing says which; ``HubError/notFound(_:)`` in the words that the person used.
    func session(_ name: SessionName?) async throws -> SessionView {
        if let name { return try await session(named: name) }
        for topic in [request.repliedTo?.topic, request.lastShown].compactMap(\.self) {
            if let id = topic.terminal { return try await session(named: .id(id)) }
            if let task = topic.task { return try await session(of: .id(task)) }
        }
        throw UsageError("say which session: a task like #42, or a name that /sessions lists")
    }

    private func session(named name: SessionName) async throws -> SessionView {
        switch name {
        case .id(let id):
            do { return try await ask(GetSession(.id(id))) } catch HubError.notFound {
                // A foreign session and one that never was look alike.
                throw HubError.notFound("there is no such session, or it is in a project that you are not part of")
            }
        case .named(let name):
            let project = try await project().id
            do { return try await ask(GetSession(.named(name, in: project))) } catch HubError.notFound(let words) {
                throw HubError.notFound("\(words): /sessions lists those that there are")
            }
        case .task(.id(let id)):
            // A bare id may be a task's or a session's.
            if let found = try? await ask(GetSession(.id(Session.ID(stored: id.text)))) { return found }
            return try await session(of: .id(id))
        case .task(let name): return try await session(of: try await reference(name))
        }
    }

    private func session(of task: TaskReference) async throws -> SessionView {
        do { return try await ask(GetSession(.task(task))) } catch HubError.notFound {
            let view = try await view(task)
            let name = label.text(view)
            let server = view.serverName.map { AgentText.line($0, limit: 64) } ?? "its server"
            throw HubError.notFound(
                view.task.state.isPlaced
                    ? "\(name) has no terminal here: the agent on \(server) opened none"
                    : "\(name) has no terminal: it is \(view.task.state.predicate)")
        }
    }

    func card(_ view: SessionView) async throws -> SessionCard {
        guard let project = try await hub.database.read({ try ProjectTable($0).find(view.session.project) }) else {
            throw HubError.notFound("there is no such project")
        }
        return SessionCard(view, in: project, try await style(for: project))
    }

    /// The session with its card, for what needs a terminal that still runs.
    ///
    /// - Throws: ``HubError/conflict(_:)`` where it is over.
    func running(_ name: SessionName?) async throws -> (view: SessionView, card: SessionCard) {
        let view = try await session(name)
        let card = try await card(view)
        guard !view.session.isOver else {
            throw HubError.conflict("\(card.name) \(card.standing). /log and /replay \(view.session.id.argument) show what was there")
        }
        return (view, card)
    }
}

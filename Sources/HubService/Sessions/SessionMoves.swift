import HubCore
import HubStore

extension HubTransaction {
    /// Stores a new session and asks its server for the terminal.
    func open(_ session: Session, for task: AgentTask? = nil) throws {
        try sessions.insert(session)
        try append(
            .sessionCreated, on: .session(session.id), in: session.project, by: session.createdBy, after: session.state.rawValue,
            data: facts(of: session, task))
        var payload: JSONValue = [
            "session_id": JSONValue(session.id), "cols": JSONValue(session.size.columns), "rows": JSONValue(session.size.rows),
            "project_id": JSONValue(session.project),
        ]
        if let directory = session.workingDirectory { payload = payload.adding(["working_directory": .string(directory)]) }
        if let task { payload = payload.adding(["task_id": JSONValue(task.id)]) }
        try push(.sessionStart, to: session, about: task?.id, payload)
        review(session.id, due: session.createdAt + Session.startLimit)
    }

    /// Gives a task a terminal of its own on a server that has terminals. The caller stores the task.
    func openSession(for task: inout AgentTask, on server: Server) throws {
        let project = try project(task.project)
        let session = Session(
            id: .random(), project: project.id, server: server.id, createdBy: .hub, createdAt: now,
            name: try freeName("task-\(task.number)", in: project.id), task: task.id, profile: task.profile(in: project),
            workingDirectory: task.content.repository.flatMap(server.checkout(of:)))
        try open(session, for: task)
        task.session = session.id
    }

    /// The name, or the first of `name-2`, `name-3` … that no open session has.
    private func freeName(_ name: String, in project: Project.ID) throws -> String {
        var (free, number) = (name, 2)
        while try sessions.find(name: free, in: project) != nil {
            free = "\(name)-\(number)"
            number += 1
        }
        return free
    }

    /// Asks the server to end the terminal; one that was not even asked for yet ends at once.
    func requestClose(of session: Session, by actor: Actor? = nil) throws {
        guard !session.isOver else { return }
        let open = try pushes.open(of: session.id)
        if session.state == .starting, open.contains(where: { $0.kind == .sessionStart && $0.state == .queued }) {
            var session = session
            try end(&session, .closed, by: actor)
            return
        }
        if let asked = open.first(where: { $0.kind == .sessionClose }) {
            try pushes.requeue(asked.id)
            ring(session.server)
            return
        }
        try append(.sessionClosing, on: .session(session.id), in: session.project, by: actor, data: try facts(of: session))
        try push(.sessionClose, to: session, about: nil, ["session_id": JSONValue(session.id)])
    }

    /// The session is over: its keys end, and what it was not told is dropped. Of one that may come back the keys do nothing meanwhile,
    /// and then hold again: its program has no way to get others.
    func end(_ session: inout Session, _ state: Session.State, by actor: Actor? = nil, exitCode: Int? = nil, failure: String? = nil) throws
    {
        let before = session.state
        session.end(state, at: now, exitCode: exitCode, failure: failure)
        try sessions.save(session)
        try sessions.setPrompt(nil, of: session.id)
        try sessions.setLaunchDue(false, of: session.id)
        if !session.isSupposedlyOver { try sessionKeys.revoke(of: session.id, at: now) }
        for push in try pushes.open(of: session.id) {
            // The end, and the failure to begin, are what these asked about.
            try settle(push, dropped: push.kind.isLifecycle ? nil : "the session is over")
        }
        try withdrawQuestions(to: session)
        try append(
            state == .failed ? .sessionFailed : .sessionClosed, on: .session(session.id), in: session.project, by: actor,
            before: before.rawValue, after: state.rawValue,
            data: try facts(of: session).adding([
                "exit_code": JSONValue(exitCode), "failure": JSONValue(failure),
            ]))
        let id = session.id
        afterCommit { $0.keys.forget(session: id) }
    }

    /// The server went, or was not heard of: the terminal may live on.
    func disconnect(_ session: inout Session) throws {
        guard session.state == .active else { return }
        (session.state, session.since) = (.disconnected, now)
        try sessions.save(session)
        try append(
            .sessionDisconnected, on: .session(session.id), in: session.project, by: .hub, before: Session.State.active.rawValue,
            after: session.state.rawValue, data: try facts(of: session))
    }

    /// What a task's move means for the session that it had.
    func follow(_ transition: AgentTask.Transition, of task: AgentTask, in id: Session.ID) throws {
        let isDone = transition.after == .done
        guard isDone || transition.after == .cancelled || transition.after == .pending, let session = try sessions.find(id),
            !session.isOver
        else { return }
        if session.task == task.id {
            if isDone { return review(id, due: now + Session.graceAfterDone) }
            try requestClose(of: session, by: .hub)
        } else if !isDone, transition.before.isPlaced {
            // Somebody's own terminal stays; its agent learns by its next check that the task is gone.
            try tell(session, about: task, .taskUpdated)
        }
    }

    /// What events about a session say, the task in it included.
    func facts(of session: Session, _ known: AgentTask? = nil) throws -> JSONValue {
        let task = try known ?? tasks.placed(in: session.id).first ?? session.task.flatMap { try tasks.find($0) }
        return [
            "name": .string(session.name), "server": JSONValue(try servers.standing(of: session.server)?.name),
            "profile": .string(session.profile), "task": JSONValue(task?.id.text), "number": JSONValue(task?.number),
            // A task that went on elsewhere does not miss this session.
            "task_state": JSONValue(task?.session == session.id ? task?.state.rawValue : nil),
        ]
    }

    private func review(_ id: Session.ID, due: Timestamp) {
        afterCommit { $0.timers.add(.session(id), due: due) }
    }

    /// Who reports about a session: its server.
    func reporter(of session: Session) throws -> Actor {
        try servers.find(session.server).map(Actor.agent(on:)) ?? .hub
    }
}

extension Server {
    /// Where a repository is checked out, as far as the server said: an object with `path` (agent protocol, section 12), or the path
    /// alone (section 1.2).
    func checkout(of repository: String) -> String? {
        let value = report(of: repository)?.value
        let path = value?.string ?? value?["path"]?.string
        return path.flatMap { $0.hasPrefix("/") && $0.utf8.count <= Session.maximumPath ? $0 : nil }
    }

    /// The repository's name in the server's own configuration, if it is one of git: then the server knows its branch or its remote.
    func gitRepository(_ repository: String) -> String? {
        guard checkout(of: repository) != nil, let report = report(of: repository) else { return nil }
        return report.value["branch"]?.string != nil || report.value["remote"]?.string != nil ? report.name : nil
    }

    private func report(of repository: String) -> JSONValue.Member? {
        let all = machine.systemInfo["repos"]?.members ?? []
        return all.first { $0.name == repository } ?? all.first { $0.name.lowercased() == repository.lowercased() }
    }
}

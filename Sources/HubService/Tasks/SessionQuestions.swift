import HubCore
import HubStore

/// Questions to another session: the task that asks goes on (domain page, "Help"; agent protocol, sections 5 and 6.4).
extension HubTransaction {
    /// The session that may be asked.
    ///
    /// - Throws: ``HubError/notFound(_:)`` for none, ``HubError/forbidden(_:)`` for another project's, ``HubError/invalid(_:)`` for the
    ///   asker's own and for what only people answer.
    func target(_ id: Session.ID, asked kind: Intervention.Kind, by task: AgentTask) throws -> Intervention.Target {
        guard let session = try sessions.find(id) else { throw HubError.notFound("there is no session \(id)") }
        guard session.project == task.project else { throw HubError.forbidden("the session \(id) is in another project") }
        guard kind == .question else {
            throw HubError.invalid("a session is asked with intervention_type question: only people answer \(kind.rawValue)")
        }
        var isOwn = session.id == task.session
        if case .agent(_, let own?, _) = caller, own == session.id { isOwn = true }
        guard !isOwn else { throw HubError.invalid("target_session_id is the session that asks") }
        return .init(session: session.id, server: session.server, name: session.name)
    }

    /// Says the question in the session. Of what an agent writes to another, what looks like a secret is masked.
    ///
    /// - Throws: ``HubError/conflict(_:)`` for a session that is over, and for one without an agent.
    func ask(_ target: Intervention.Target, _ intervention: Intervention, for task: AgentTask) throws {
        guard let session = try sessions.find(target.session), !session.isOver else {
            throw HubError.conflict("the session \(target.name) is over: nobody there reads the question")
        }
        guard session.profile != Session.shell else {
            throw HubError.conflict("the session \(target.name) is a plain shell, where no agent reads: ask people")
        }
        try confirmPushes(byReportOn: task)
        try append(
            .taskHelpRequested, on: .task(task.id), in: task.project,
            data: facts(of: intervention, task).adding(["session": JSONValue(target.session), "session_name": .string(target.name)]))
        let asker = try task.session.flatMap { try sessions.find($0)?.name }
        let (content, id) = (intervention.content, intervention.id.text.prefix(8))
        var words = [Redactor.redact(content.question.trimmed)]
        if let context = content.context?.trimmed, !context.isEmpty {
            words.append("Context: \(Redactor.redact(context).prefix(Self.maximumContext))")
        }
        if !content.options.isEmpty { words.append(Redactor.redact("Options: " + content.options.map(\.label).joined(separator: " | "))) }
        words.append("(Answer with: orchestratia intervention respond \(id) --response \"...\")")
        try push(
            .interventionForSession, to: session, about: task.id,
            [
                "target_session_id": JSONValue(session.id), "question": .string(Self.line(words.joined(separator: " "))),
                "source": .string("\(asker ?? caller.actor.name), task #\(task.number)"), "intervention_id": JSONValue(intervention.id),
            ])
    }

    /// Without what could steer the terminal of another agent: not every client takes that out itself.
    private static func line(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: scalars.append(" ")
            case 0..<0x20, 0x7F...0x9F: break
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// Characters of a context that are typed; all of it is to be read over REST.
    private static let maximumContext = 4000

    /// Gives the agent that asked its answer; its task has gone on meanwhile.
    func passOn(_ text: String, to task: AgentTask, answering intervention: Intervention) throws {
        try settlePush(of: intervention)
        try tell(task, .interventionResponse, ["response": .string(text)])
        let isStandby = intervention.answer?.by == .standby
        try append(
            .taskResponded, on: .task(task.id), in: task.project, by: isStandby ? .hub : nil,
            data: facts(of: intervention, task).adding(isStandby ? ["standby": true] : .object([])))
    }

    /// The open question of a task, if there is one, is not to be answered any more.
    func withdrawQuestion(of task: AgentTask) throws {
        guard var question = try interventions.open(of: task.id) else { return }
        question.withdraw()
        try interventions.save(question)
        try settlePush(of: question)
    }

    /// Nobody reads in a session that is over: what it was asked is not to be answered any more, and the agents that asked are told.
    func withdrawQuestions(to session: Session) throws {
        for question in try interventions.open() where question.content.target?.session == session.id {
            var question = question
            question.withdraw()
            try interventions.save(question)
            guard let task = try tasks.find(question.task) else { continue }
            let words = "The session \(session.name) is over, and nobody there answers your question. Ask a person, or go on without."
            try tell(task, .interventionResponse, ["response": .string(words)])
        }
    }

    /// What a session was not told of a question, it need not be told.
    private func settlePush(of question: Intervention) throws {
        guard let target = question.content.target else { return }
        for push in try pushes.open(of: target.session)
        where push.kind == .interventionForSession && push.payload["intervention_id"]?.string == question.id.text {
            try settle(push, dropped: push.state == .queued ? "the question is settled" : nil)
        }
    }

    private func facts(of intervention: Intervention, _ task: AgentTask) -> JSONValue {
        ["number": JSONValue(task.number), "attempt": JSONValue(task.attempt), "intervention": JSONValue(intervention.id)]
    }
}

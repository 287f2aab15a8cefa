import HubCore
import HubService

/// `/task`: the card of a task, or one side of it: its plan, question, result or log.
struct TaskCommand: ChatCommand {
    enum Part: String, CaseIterable { case card, plan, question, result, log }

    static let permission: Permission? = .see
    let task: TaskName?
    let part: Part

    init(_ line: CommandLine) throws(UsageError) {
        let words = line.words
        if let word = words.first, let part = Part(rawValue: word.lowercased()), words.count == 1 {
            (task, self.part) = (nil, part)
            return
        }
        task = try line.optionalTask()
        try line.atMost(2)
        guard words.count == 2 else {
            part = .card
            return
        }
        guard let part = Part(rawValue: words[1].lowercased()) else {
            throw UsageError("“\(AgentText.line(words[1], limit: 40))” is nothing to show: there is plan, question, result and log")
        }
        self.part = part
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let answer = try await context.ask(GetTask(.id(try await context.view(try await context.reference(task, orShown: true)).task.id)))
        let (view, style) = (answer.view, try await context.style(for: answer.view.project))
        let name = context.label.text(view)
        var message: ChatMessage
        switch part {
        case .card: message = TaskCard(view, style).message()
        case .plan:
            guard let plan = PlanMessage(view, style).message() else { throw UsageError("\(name) has no plan") }
            message = plan
        case .question:
            guard let question = view.intervention else { throw UsageError("\(name) asks nothing") }
            message = QuestionMessage(question, of: view, style).message()
        case .result:
            guard view.task.result != nil else { throw UsageError("\(name) has no result yet: it is \(view.task.state.predicate)") }
            message = ResultMessage(view, style).message()
        case .log: message = TaskLog(answer, style, servers: try await servers(view, context)).message()
        }
        message.urgency = .answer
        return context.reply(message)
    }

    private func servers(_ view: TaskView, _ context: ChatContext) async throws -> [Server.ID: String] {
        let lines = try await context.ask(ListServers(in: view.project.id))
        return Dictionary(lines.map { ($0.server.id, $0.server.name) }, uniquingKeysWith: { first, _ in first })
    }
}

/// What the hub itself knows of a task's attempts: when and where, how each ended, the notes, and the whole reason of a failure.
struct TaskLog {
    let answer: GetTask.Answer
    let style: CardStyle
    let servers: [Server.ID: String]

    init(_ answer: GetTask.Answer, _ style: CardStyle, servers: [Server.ID: String]) {
        (self.answer, self.style, self.servers) = (answer, style, servers)
    }

    func message() -> ChatMessage {
        let task = answer.view.task
        var text = style.heading(answer.view, emoji: "📜", " log:")
        if answer.attempts.isEmpty { text.nextLine("No server has had it yet.") }
        for attempt in answer.attempts.suffix(10) {
            let end = attempt.closedAt.map { " – \($0.words(at: style.now))" } ?? ", still open"
            let how = attempt.outcome.map { " (\($0.replacing("task.", with: "").replacing("_", with: " ")))" } ?? ""
            let server = AgentText.line(servers[attempt.server] ?? "a revoked server", limit: 64)
            text.nextLine(ChatText("Attempt \(attempt.number) on \(server): \(attempt.openedAt.words(at: style.now))\(end)\(how)"))
        }
        for note in answer.notes.suffix(10) {
            text.nextLine(
                ChatText(
                    "\(note.isUrgent ? "❗️" : "🗒") \(AgentText.line(note.author.name, limit: 64)): \(AgentText.line(note.content, limit: 200))"
                ))
        }
        var document: ChatDocument?
        if let failure = task.failure, !failure.trimmed.isEmpty {
            document = ChatDocument(
                name: "failure-\(answer.view.project.name)-\(task.number)-attempt-\(task.attempt).txt",
                bytes: Array(AgentText.block(failure).utf8))
        }
        return ChatMessage(text, topic: .task(task.id), document: document)
    }
}

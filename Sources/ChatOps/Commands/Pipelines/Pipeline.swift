import HubCore
import HubService
import WireProtocol

/// `/pipeline`: a document that comes along, is replied to, or stands below the command becomes tasks, after a dry run; or the card of one.
struct PipelineCommand: ChatCommand {
    static let permission: Permission? = .createTask

    enum Order {
        /// With what was written below the command.
        case check(String)
        case create(PipelineRun.ID)
        case drop
        case show(PipelineName)
        case templates(PipelineTemplates)
    }

    let order: Order

    init(_ line: CommandLine) throws(UsageError) {
        let words = line.words
        if let templates = try PipelineTemplates(words) {
            order = .templates(templates)
            return
        }
        switch words.first?.lowercased() {
        case nil: order = .check(line.body)
        case "create":
            guard words.count == 2, let id = PipelineRun.ID(words[1]) else { throw UsageError("press the button Create") }
            order = .create(id)
        case "drop": order = .drop
        default:
            if words.count == 1, line.body.isEmpty, let name = PipelineName(words[0]) {
                order = .show(name)
            } else if line.rest.contains(":") {
                order = .check(line.rest)
            } else {
                throw UsageError("“\(AgentText.line(line.line, limit: 40))” is neither a document nor a pipeline like P3")
            }
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        switch order {
        case .check(let body): return try await check(body, context)
        case .create(let id): return try await create(id, context)
        case .templates(let templates): return try await templates.reply(in: context)
        case .drop: return context.reply("Dropped. Nothing was created.")
        case .show(let name):
            let view = try await context.ask(GetPipeline(name, in: try await context.project().id)).view
            return context.reply(PipelineCard(view: view, now: context.now).message(urgency: .answer))
        }
    }

    private func check(_ body: String, _ context: ChatContext) async throws -> ChatReply {
        guard let source = try await Self.source(body, context) else {
            throw UsageError("send a YAML or JSON file with the caption /pipeline, or reply to one with it")
        }
        let text = try Self.read(source)
        let project = try await context.project()
        let draft = PipelineDraft(json: text.json)
        let report = try await context.ask(CheckPipeline(project: project.id, pipeline: draft.pipeline, faults: draft.faults))
        var message: ChatText = ""
        message.append("🧪 \(AgentText.line(draft.pipeline.name ?? "pipeline", limit: 120)) · \(project.name)", .bold)
        guard report.faults.isEmpty else {
            let count = report.faults.count
            message.nextLine(ChatText(count == 1 ? "1 fault:" : "\(count) faults:"))
            for line in text.lines(of: report.faults, limit: 30) { message.nextLine(ChatText(AgentText.line(line, limit: 300))) }
            message.nextLine("Mend it and send it again; nothing was created.")
            return context.reply(message)
        }
        for line in report.summary { message.nextLine(ChatText(AgentText.line(line, limit: 400))) }
        message.nextLine("Nothing is created yet.")
        let kept = try await context.run(KeepPipelineDraft(text.json, in: project.id))
        let buttons = [
            ChatButton(
                "Create \(report.taskCount) \(report.taskCount == 1 ? "task" : "tasks")",
                .command("/pipeline create \(kept.id)", inPlace: true), style: .primary),
            ChatButton("Drop", .command("/pipeline drop", inPlace: true)),
        ]
        return context.reply(ChatMessage(message, buttons: [buttons]))
    }

    static func read(_ source: String) throws -> PipelineText {
        do { return try PipelineText(source) } catch { throw HubError.invalid("This is no pipeline: \(error.description)") }
    }

    /// A document that came along, or that the message replies to, or words.
    static func source(_ body: String, _ context: ChatContext) async throws -> String? {
        if let attachment = context.request.attachment ?? context.request.repliedTo?.attachment {
            do {
                return String(decoding: try await attachment.read(), as: UTF8.self)
            } catch AttachmentError.tooLarge {
                throw HubError.invalid("\(AgentText.line(attachment.name, limit: 80)) is larger than 20 MB, and bots may fetch no more")
            } catch AttachmentError.unreachable(let reason) {
                throw HubError.conflict("\(AgentText.line(attachment.name, limit: 80)) could not be fetched (\(reason)): send it again")
            }
        }
        if !body.isEmpty { return body }
        if let quoted = context.request.repliedTo?.text.trimmed, !quoted.isEmpty { return quoted }
        return nil
    }

    /// Two taps, or a repeated press, make one pipeline.
    private func create(_ id: PipelineRun.ID, _ context: ChatContext) async throws -> ChatReply {
        let kept = try await context.ask(GetPipelineDraft(id))
        let draft = PipelineDraft(json: kept.document, isKept: true)
        do {
            let made = try await context.hub.run(
                CreatePipeline(project: kept.project, pipeline: draft.pipeline, faults: draft.faults, document: kept.document),
                as: context.request.sender.caller, once: .init(caller: "pipeline", key: id.text))
            let view = try await context.ask(GetPipeline(.id(made.id), in: nil)).view
            var reply = context.reply(PipelineCard(view: view, now: context.now).message(urgency: .answer))
            reply.toast = "P\(made.number) is created."
            return reply
        } catch let refusal as Pipeline.Refusal {
            throw HubError.conflict("The project has changed meanwhile: \(refusal.description)")
        }
    }
}

/// `/pipelines`: what was created, the newest first.
struct PipelinesCommand: ChatCommand {
    static let permission: Permission? = .see
    private static let shown = 20

    init(_ line: CommandLine) throws(UsageError) { try line.atMost(0) }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let all = try await context.ask(ListPipelines(in: project.id, limit: Self.shown))
        guard !all.isEmpty else {
            return context.reply("\(project.name) has no pipelines yet: send a YAML file with the caption /pipeline.")
        }
        var text = ChatText.bold("Pipelines of \(project.name)")
        for view in all {
            let (run, counts) = (view.run, view.counts)
            let state = run.finishedAt.map { "finished \($0.words(at: context.now))" } ?? "under way"
            let failed = counts[.failed] > 0 ? ", \(counts[.failed]) failed" : ""
            text.nextLine(
                ChatText(
                    "P\(run.number) \(AgentText.line(run.name ?? "pipeline", limit: 60)) · \(counts[.done]) of \(counts.total) done\(failed) · \(state)"
                ))
        }
        let buttons = all.filter { $0.run.finishedAt == nil }.prefix(8).map { view in
            [
                ChatButton(
                    "P\(view.run.number) \(AgentText.line(view.run.name ?? "", limit: 24))",
                    .command("/pipeline P\(view.run.number)\(CommandLine.pin(view.run.project))", inPlace: false))
            ]
        }
        return context.reply(ChatMessage(text, buttons: buttons))
    }
}

/// `/graph`: the tasks and what waits for whom, as a picture.
struct GraphCommand: ChatCommand {
    static let permission: Permission? = .see
    let task: TaskName?
    let pipeline: PipelineName?

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(1)
        if let word = line.words.first, word.first == "P" || word.first == "p", let name = PipelineName(word) {
            (task, pipeline) = (nil, name)
        } else if let word = line.words.first, TaskName(word) == nil {
            throw UsageError("“\(AgentText.line(word, limit: 40))” is neither a task like #42 nor a pipeline like P3")
        } else {
            (task, pipeline) = (try line.optionalTask(), nil)
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        var project = try? await context.project()
        var centre = GetGraph.Centre.everythingOpen
        if let pipeline {
            centre = .pipeline(pipeline)
        } else if task != nil || context.request.repliedTo?.topic?.task != nil {
            let view = try await context.view(try await context.reference(task, orShown: false))
            (centre, project) = (.task(.id(view.task.id)), view.project)
        }
        let chosen: Project
        if let project { chosen = project } else { chosen = try await context.project() }
        let graph = try await context.ask(GetGraph(centre, in: chosen.id))
        guard !graph.tasks.isEmpty else { return context.reply("Nothing is under way in \(chosen.name): there is nothing to draw.") }
        let text = GraphText(graph: graph)
        do throws(GraphDrawingError) {
            let picture = ChatDocument(name: "graph.png", bytes: try await context.ops.drawGraph(text.dot))
            return ChatReply([ChatMessage(text.caption, picture: picture)])
        } catch {
            var words = ChatText(error.sentence)
            words.nextLine(text.caption)
            return ChatReply([ChatMessage(words)])
        }
    }
}

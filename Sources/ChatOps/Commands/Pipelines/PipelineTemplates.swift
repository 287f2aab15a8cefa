import HubCore
import HubService

/// What `/pipeline` does with templates: `save`, `templates`, `run` and `remove`.
struct PipelineTemplates {
    enum Order {
        /// Without a pipeline the one that the message replies to.
        case save(PipelineName?, as: String)
        case list
        case run(String)
        case remove(String)
    }

    let order: Order

    /// `nil` if the words say something else.
    init?(_ words: [String]) throws(UsageError) {
        let rest = words.dropFirst().map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        switch (words.first?.lowercased(), rest.count) {
        case ("save", 1): order = .save(nil, as: rest[0].lowercased())
        case ("save", 2):
            guard let pipeline = PipelineName(rest[0].replacing("-", with: "")) else {
                throw UsageError("“\(AgentText.line(rest[0], limit: 40))” is no pipeline: write it like P3")
            }
            order = .save(pipeline, as: rest[1].lowercased())
        case ("save", _): throw UsageError("say under which name, in reply to a pipeline, or with its number: /pipeline save P3 nightly")
        case ("templates", 0): order = .list
        case ("run", 1): order = .run(rest[0].lowercased())
        case ("remove", 1): order = .remove(rest[0].lowercased())
        case ("run", _), ("remove", _): throw UsageError("say which template: /pipeline templates lists them")
        default: return nil
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        switch order {
        case .save(let pipeline, let name): return try await save(pipeline, as: name, project, context)
        case .list: return try await list(project, context)
        case .run(let name):
            let saved = CommandDeclaration(try await context.ask(GetTemplate(name, in: project.id)))
            return try await TemplateCommand(saved, CommandLine(name: name, line: ""), isPressed: context.isPressed).reply(in: context)
        case .remove(let name):
            _ = try await context.run(RemoveTemplate(name, in: project.id))
            return context.reply(ChatText("🗑 The template \(AgentText.line(name, limit: 40)) is gone. What it created stays."))
        }
    }

    private func save(_ given: PipelineName?, as name: String, _ project: Project, _ context: ChatContext) async throws -> ChatReply {
        var pipeline = given
        if pipeline == nil, case .pipeline(let id)? = context.request.repliedTo?.topic { pipeline = .id(id) }
        guard let pipeline else {
            throw UsageError("reply to the message of a pipeline with it, or say which one: /pipeline save P3 \(name)")
        }
        try checkName(name, context)
        let saved = try await context.run(SaveTemplate(name, of: pipeline, in: project.id))
        let text = "💾 P\(saved.pipeline) is saved as /\(saved.name): send that to run it again. /pipeline templates lists all."
        return context.reply(ChatMessage(ChatText(text)))
    }

    /// A command of the catalogue would be meant wherever the name is sent.
    private func checkName(_ name: String, _ context: ChatContext) throws(UsageError) {
        let catalogue = context.ops.catalogue
        if catalogue.command(named: name) != nil || CommandRegistry.drafts[name] != nil {
            throw UsageError("/\(name) is a command already: choose another name")
        }
        if let head = name.split(separator: "_").first.map(String.init), head != name, catalogue.command(named: head) != nil {
            throw UsageError("/\(AgentText.line(name, limit: 40)) would be taken for /\(head) with a task: choose another name")
        }
    }

    private func list(_ project: Project, _ context: ChatContext) async throws -> ChatReply {
        let all = try await context.savedCommands()
        guard !all.isEmpty else {
            return context.reply(ChatText("\(project.name) has no templates yet: /pipeline save P3 nightly keeps what P3 was made of."))
        }
        var text = ChatText.bold("Templates of \(project.name)")
        for saved in all { text.nextLine(ChatText("/\(saved.name) – \(saved.summary)")) }
        text.append("\n\n/pipeline remove NAME forgets one.")
        // The list stays in the chat: each press of a button is a run of its own.
        let buttons = all.prefix(20).map { saved in
            [ChatButton("Run \(saved.name)", .command("/pipeline run \(saved.name)", inPlace: false))]
        }
        return context.reply(ChatMessage(text, buttons: Array(buttons)))
    }
}

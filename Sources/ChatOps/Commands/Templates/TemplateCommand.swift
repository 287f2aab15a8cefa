import HubCore
import HubService
import HubStore
import WireProtocol

/// A command that a file or a saved pipeline declares: creates the task or the pipeline of its template, and asks for arguments that are
/// missing.
struct TemplateCommand {
    let declaration: CommandDeclaration
    let template: CommandTemplate
    /// What was typed, or what a button carries.
    private let form: TemplateForm?
    private let values: [String: String]

    /// - Parameter isPressed: a mark can be guessed, and so is believed from our own buttons only: typed, it is a word like any other.
    /// - Throws: ``UsageError``
    init(_ declaration: CommandDeclaration, _ line: CommandLine, isPressed: Bool) throws(UsageError) {
        guard let template = declaration.template else { throw UsageError("this command has no template") }
        (self.declaration, self.template) = (declaration, template)
        form = isPressed ? TemplateForm(line) : nil
        if let form { values = form.values } else { values = try TemplateArguments(line, for: template).values }
    }

    private init(_ declaration: CommandDeclaration, _ template: CommandTemplate, _ form: TemplateForm) {
        (self.declaration, self.template, self.form, values) = (declaration, template, form, form.values)
    }

    /// Goes on with the answer to what a form asked.
    static func go(on form: TemplateForm, with answer: String, in context: ChatContext) async throws -> ChatReply {
        var (form, context) = (form, context)
        let known = context.ops.catalogue.command(named: form.command)
        let saved = known == nil ? try await context.savedCommand(named: form.command) : nil
        guard let declaration = known ?? saved, let template = declaration.template else {
            return ChatReply("That form is closed: there is no command /\(form.command) any more.")
        }
        form.values[form.argument] = answer.trimmed
        context.command = declaration
        return try await TemplateCommand(declaration, template, form).reply(in: context)
    }

    /// - Throws: ``UsageError`` for values that the parameters do not take, and what the use case throws.
    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let lookup = TemplateLookup(context: context, project: project)
        var arguments: [String: JSONValue] = [:]
        var missing: CommandTemplate.Parameter?
        for parameter in template.parameters {
            if let given = values[parameter.name] {
                arguments[parameter.name] = try await lookup.value(of: parameter, given)
            } else if parameter.isRequired {
                missing = missing ?? parameter
            } else {
                arguments[parameter.name] = parameter.standard ?? .null
            }
        }
        guard let missing else { return try await create(arguments, project, context) }
        try await context.require(.createTask, in: project)
        let seed = "\(context.request.key.caller) \(context.request.key.key)"
        let form = form ?? TemplateForm(declaration.name, values: values, seed: seed)
        return try await TemplateQuestion(declaration: declaration, form: form, parameter: missing).reply(lookup)
    }

    private func create(_ arguments: [String: JSONValue], _ project: Project, _ context: ChatContext) async throws -> ChatReply {
        // What a form made is answered again without asking the gate.
        try await context.require(.createTask, in: project)
        let document = template.document.pipeline(arguments, named: declaration.name)
        // What was saved or read was looked through then.
        let draft = PipelineDraft(json: document, isKept: true)
        guard template.document.isPipeline else {
            if let fault = draft.faults.first { throw HubError.invalid("This makes no task: \(fault.message)") }
            guard let entry = draft.pipeline.entries.first else { throw HubError.invalid("This makes no task: the template is empty") }
            let upstreams = try entry.links.map { try upstream($0, in: project) }
            let useCase = CreateTask(project: project.id, content: entry.content, dependencies: upstreams)
            let outcome = try await run(useCase, "task", project, context)
            return context.reply(try await context.card(outcome.view))
        }
        do {
            let useCase = CreatePipeline(project: project.id, pipeline: draft.pipeline, faults: draft.faults, document: document)
            let made = try await run(useCase, "pipeline", project, context)
            let view = try await context.ask(GetPipeline(.id(made.id), in: nil)).view
            return context.reply(PipelineCard(view: view, now: context.now).message(urgency: .answer))
        } catch let refusal as Pipeline.Refusal {
            var text: ChatText = "Nothing was created by /\(declaration.name):"
            for fault in refusal.faults.prefix(10) {
                let place = fault.path.isEmpty ? "" : "\(fault.path): "
                text.nextLine(ChatText(AgentText.line(place + fault.message, limit: 300)))
            }
            return context.reply(text)
        }
    }

    private func upstream(_ link: Pipeline.Link, in project: Project) throws -> Upstream {
        if let id = AgentTask.ID(link.target) { return Upstream(.id(id), link.kind, contractKey: link.contractKey) }
        guard link.target.hasPrefix("#"), let number = Int(link.target.dropFirst()) else {
            throw HubError.invalid("This makes no task: “\(AgentText.line(link.target, limit: 40))” is no task that it could wait for")
        }
        return Upstream(.number(number, in: project.id), link.kind, contractKey: link.contractKey)
    }

    /// Two taps on a form, or a repeated message, are one task or pipeline.
    private func run<Case: UseCase>(
        _ useCase: Case, _ kind: String, _ project: Project, _ context: ChatContext
    ) async throws -> Case.Outcome
    where Case.Subject == Project {
        let key =
            form.map { HandledTable.Key(caller: "template/\(kind)/\(project.id)/\(declaration.name)", key: $0.mark) } ?? context.request.key
        guard case .role(let least) = declaration.audience, least > .member else {
            return try await context.hub.run(useCase, as: context.request.sender.caller, once: key)
        }
        return try await context.hub.run(
            Reserved(useCase, for: least, named: "/\(declaration.name)"), as: context.request.sender.caller, once: key)
    }
}

/// The button that calls a form off.
struct DropTemplate: ChatCommand {
    static let permission: Permission? = nil
    init(_ line: CommandLine) {}
    func reply(in context: ChatContext) async throws -> ChatReply { context.reply("Dropped. Nothing was created.") }
}

import HubCore
import WireProtocol
import Yams

/// Reads the arguments and the template of a command file, and tries the template out with arguments of every kind.
struct TemplateReader {
    let file: String
    let mapping: Node.Mapping

    private static let maximumParameters = 10
    private static let maximumChoices = 20
    private static let keys: Set<String> = ["name", "type", "summary", "choices", "default", "required"]

    func template() throws(CatalogueFaults) -> CommandTemplate {
        guard let node = mapping["template"] else { throw .init(fault(.missing, "there is no template", at: nil, cure: "add “template:”")) }
        if let braces = Self.braces(in: node) {
            throw .init(
                fault(
                    .placeholder, "braces without quotes are structure in YAML", at: braces,
                    cure: "write the placeholder in quotes: \"{{name}}\""))
        }
        guard node.mapping != nil else {
            throw .init(fault(.type, "the template is neither a task nor a pipeline", at: node, cure: "begin with “title:” or “tasks:”"))
        }
        let parameters = try parameters()
        let document: TemplateDocument
        do { document = TemplateDocument(try PipelineText.json(of: node)) } catch {
            throw .init(fault(.syntax, error.description, at: node, cure: "mend it"))
        }
        let template = CommandTemplate(document, parameters: parameters)
        var faults = placeholderFaults(template, node)
        if faults.isEmpty { faults = documentFaults(template, node) }
        if let first = faults.first { throw .init(first, Array(faults.dropFirst())) }
        return template
    }

    /// A mapping as a key: what `{{name}}` without quotes is.
    private static func braces(in node: Node) -> Node? {
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                if key.scalar == nil { return key }
                if let found = braces(in: value) { return found }
            }
            return nil
        case .sequence(let items): return items.lazy.compactMap { braces(in: $0) }.first
        case .scalar, .alias: return nil
        }
    }

    // MARK: Parameters

    private func parameters() throws(CatalogueFaults) -> [CommandTemplate.Parameter] {
        guard let node = mapping["arguments"] else { return [] }
        guard let items = node.sequence else {
            throw .init(fault(.type, "“arguments” is no list", at: node, cure: "write one “- {name: …, type: …}” each"))
        }
        guard items.count <= Self.maximumParameters else {
            throw .init(fault(.tooLong, "there are \(items.count) arguments", at: node, cure: "use at most \(Self.maximumParameters)"))
        }
        var parameters: [CommandTemplate.Parameter] = []
        for item in items {
            let parameter = try parameter(item)
            guard !parameters.contains(where: { $0.name == parameter.name }) else {
                throw .init(fault(.duplicate, "there are two arguments called \(parameter.name)", at: item, cure: "rename one of them"))
            }
            parameters.append(parameter)
        }
        return parameters
    }

    private func parameter(_ item: Node) throws(CatalogueFaults) -> CommandTemplate.Parameter {
        guard let fields = item.mapping else {
            throw .init(fault(.type, "an argument is no mapping", at: item, cure: "write “- {name: service, type: text}”"))
        }
        for (key, _) in fields where !Self.keys.contains(key.string ?? "") {
            throw .init(
                fault(
                    .unknownKey, "an argument has no “\(key.string ?? "?")”", at: key,
                    cure: "use one of \(Self.keys.sorted().joined(separator: ", "))"))
        }
        guard let name = fields["name"]?.string, SavedTemplate.isName(name) else {
            throw .init(
                fault(
                    fields["name"] == nil ? .missing : .word, "an argument has no valid name", at: fields["name"] ?? item,
                    cure: "use 1 to 32 of a–z, 0–9 and _, a letter first"))
        }
        let kinds = CommandTemplate.Parameter.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let word = fields["type"]?.string else {
            throw .init(fault(.missing, "the argument \(name) has no type", at: fields["type"] ?? item, cure: "use one of \(kinds)"))
        }
        guard let kind = CommandTemplate.Parameter.Kind(rawValue: word) else {
            throw .init(fault(.word, "“\(word)” is no type of argument", at: fields["type"], cure: "use one of \(kinds)"))
        }
        let choices = try choices(of: name, kind, fields, item)
        let standard = try standard(of: name, kind, choices, fields)
        var isRequired = standard == nil
        if let node = fields["required"] {
            guard let flag = node.bool else {
                throw .init(fault(.type, "“required” is neither true nor false", at: node, cure: "use true or false"))
            }
            guard !flag || standard == nil else {
                throw .init(
                    fault(.word, "\(name) has a default, and so is never required", at: node, cure: "drop “default” or “required”"))
            }
            isRequired = flag
        }
        return CommandTemplate.Parameter(
            name, kind, summary: fields["summary"]?.string, choices: choices, standard: standard, isRequired: isRequired)
    }

    private func choices(
        of name: String, _ kind: CommandTemplate.Parameter.Kind, _ fields: Node.Mapping, _ item: Node
    ) throws(CatalogueFaults) -> [String] {
        guard let node = fields["choices"] else {
            guard kind == .choice else { return [] }
            throw .init(fault(.missing, "the choice \(name) has no choices", at: item, cure: "add “choices: [staging, production]”"))
        }
        guard kind == .choice else {
            throw .init(fault(.unknownKey, "only a choice has choices", at: node, cure: "write “type: choice”, or drop them"))
        }
        guard let items = node.sequence, (1...Self.maximumChoices).contains(items.count) else {
            throw .init(
                fault(.type, "“choices” is no list of 1 to \(Self.maximumChoices)", at: node, cure: "write it as “choices: [a, b]”"))
        }
        var choices: [String] = []
        for item in items {
            guard let text = item.string?.trimmed, (1...40).contains(text.count), !text.contains(where: \.isNewline) else {
                throw .init(fault(.type, "a choice is no short text", at: item, cure: "write 1 to 40 characters"))
            }
            guard !choices.contains(where: { $0.lowercased() == text.lowercased() }) else {
                throw .init(fault(.duplicate, "the choice “\(text)” comes twice", at: item, cure: "drop one of them"))
            }
            choices.append(text)
        }
        return choices
    }

    private func standard(
        of name: String, _ kind: CommandTemplate.Parameter.Kind, _ choices: [String], _ fields: Node.Mapping
    ) throws(CatalogueFaults) -> JSONValue? {
        guard let node = fields["default"] else { return nil }
        guard let text = node.string else {
            throw .init(fault(.type, "the default of \(name) is no single value", at: node, cure: "write one text or number"))
        }
        guard !text.isEmpty else { return nil }
        switch kind {
        case .number:
            guard let number = TemplateValue.number(text) else {
                throw .init(fault(.type, "the default of \(name) is no number", at: node, cure: "write it like 3 or 2.5"))
            }
            return number
        case .choice:
            guard choices.contains(text) else {
                throw .init(
                    fault(.word, "“\(text)” is none of the choices", at: node, cure: "use one of \(choices.joined(separator: ", "))"))
            }
            return .string(text)
        case .text, .task, .server, .repository: return .string(text)
        }
    }

    // MARK: Template

    private func placeholderFaults(_ template: CommandTemplate, _ node: Node) -> [CatalogueError] {
        let known = template.parameters.map(\.name)
        let uses = template.document.uses
        var faults = template.document.placeholderKeys.map { path, key in
            fault(
                .placeholder, "“\(key)” is a key, and an argument is a value", at: PipelineText.node(at: path, in: node),
                cure: "write the key out")
        }
        for use in uses where !known.contains(use.name) {
            faults.append(
                fault(
                    .unknownArgument, "there is no argument “\(use.name)”", at: PipelineText.node(at: use.path, in: node),
                    cure: known.isEmpty ? "declare it under “arguments:”" : "use one of \(known.joined(separator: ", ")), or declare it"))
        }
        for (index, parameter) in template.parameters.enumerated() where !uses.contains(where: { $0.name == parameter.name }) {
            faults.append(
                fault(
                    .unusedArgument, "the template does not use \(parameter.name)", at: mapping["arguments"]?.sequence?[index],
                    cure: "write {{\(parameter.name)}} where it belongs, or drop it"))
        }
        return faults
    }

    private func documentFaults(_ template: CommandTemplate, _ node: Node) -> [CatalogueError] {
        var (faults, seen) = ([CatalogueError](), Set<String>())
        for values in TemplateValue.samples(of: template) {
            let draft = PipelineDraft(json: template.document.pipeline(values, named: "name"))
            let graph = PipelineGraph(draft.pipeline)
            var found = draft.faults + (draft.faults.isEmpty ? draft.pipeline.faults(in: graph) : [])
            for link in draft.pipeline.entries.flatMap(\.links) where graph.places[link.target] == nil {
                guard !link.target.hasPrefix("#"), AgentTask.ID(link.target) == nil else { continue }
                found.append(.init(link.path, .unknownTask, "there is no task \"\(link.target.prefix(80))\" in the document"))
            }
            for one in found where seen.insert(one.path + one.message).inserted { faults.append(fault(one, template, node)) }
        }
        return faults
    }

    private func fault(_ fault: Pipeline.Fault, _ template: CommandTemplate, _ node: Node) -> CatalogueError {
        var path = fault.path
        if !template.document.isPipeline, path.hasPrefix("tasks[0]") { path = String(path.dropFirst("tasks[0]".count).drop { $0 == "." }) }
        // Of a value that may not be what it is the name stands in front.
        let key = fault.message.prefix { !$0.isWhitespace }
        if fault.rule == .content { path += path.isEmpty ? key : ".\(key)" }
        // What would be accepted such a fault says itself.
        return self.fault(.document, fault.message, at: PipelineText.node(of: fault, at: path, in: node), cure: "")
    }

    private func fault(_ rule: CatalogueError.Rule, _ fault: String, at node: Node?, cure: String) -> CatalogueError {
        CatalogueError(
            file: file, line: node?.mark?.line ?? 1, column: node?.mark?.column ?? 1, rule: rule, fault: fault, cure: cure)
    }
}

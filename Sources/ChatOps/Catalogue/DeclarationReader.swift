import HubCore
import Yams

/// Reads a command's declaration out of its YAML, with the place of whatever is wrong.
struct DeclarationReader {
    let file: String
    let mapping: Node.Mapping

    private static let keys: Set<String> = [
        "name", "aliases", "group", "summary", "usage", "examples", "arguments", "role", "scopes", "builtin", "template",
    ]
    /// Said by the template itself.
    private static let builtinsOnly = ["aliases", "usage"]

    func declaration() throws(CatalogueFaults) -> CommandDeclaration {
        for (key, _) in mapping where !Self.keys.contains(key.string ?? "") {
            throw fault(
                .unknownKey, "the key “\(key.string ?? "?")” is unknown", at: key,
                cure: "use one of \(Self.keys.sorted().joined(separator: ", "))")
        }
        guard mapping["template"] != nil else { return try builtinCommand() }
        return try templateCommand()
    }

    private func builtinCommand() throws(CatalogueFaults) -> CommandDeclaration {
        let (name, summary) = (try name(), try summary())
        let aliases = try texts("aliases")
        for alias in aliases where !SavedTemplate.isName(alias) {
            throw fault(
                .word, "“\(alias)” is no name of a command", at: mapping["aliases"], cure: "use 1 to 32 of a–z, 0–9 and _, a letter first")
        }
        let examples = try texts("examples")
        guard !examples.isEmpty else {
            throw fault(.missing, "there is no example", at: mapping["examples"], cure: "add “examples: [/\(name)]”")
        }
        return CommandDeclaration(
            name: name, aliases: aliases, group: try text("group"), summary: summary, usage: try text("usage"), examples: examples,
            arguments: try arguments(), audience: try audience(), scopes: try scopes(), action: .builtin(try builtin()))
    }

    /// What such a file need not say is made of its arguments.
    private func templateCommand() throws(CatalogueFaults) -> CommandDeclaration {
        if let node = mapping["builtin"] {
            throw fault(.unknownKey, "a command has either a template or a builtin", at: node, cure: "drop “builtin” or “template”")
        }
        for key in Self.builtinsOnly {
            guard let node = mapping[key] else { continue }
            throw fault(.unknownKey, "a template's “\(key)” is not declared", at: node, cure: "drop it: it is made of the arguments")
        }
        let (name, summary, audience) = (try name(), try summary(), try audience())
        guard case .role(let role) = audience, role >= .member else {
            throw fault(.word, "a template creates tasks", at: mapping["role"], cure: "use member or owner")
        }
        let template = try TemplateReader(file: file, mapping: mapping).template()
        let examples = try texts("examples")
        for example in examples where CommandLine(example)?.name != name {
            throw fault(.word, "an example is no /\(name)", at: mapping["examples"], cure: "write one like “\(template.example(of: name))”")
        }
        return CommandDeclaration(
            name: name, aliases: [], group: mapping["group"] == nil ? Catalogue.templates : try text("group"), summary: summary,
            usage: template.usage(of: name), examples: examples.isEmpty ? [template.example(of: name)] : examples,
            arguments: template.arguments, audience: audience,
            scopes: mapping["scopes"] == nil ? Set(CommandDeclaration.Scope.allCases) : try scopes(), action: .template(template))
    }

    private func name() throws(CatalogueFaults) -> String {
        let name = try text("name")
        guard SavedTemplate.isName(name) else {
            throw fault(
                .word, "“\(name)” is no name of a command", at: mapping["name"], cure: "use 1 to 32 of a–z, 0–9 and _, a letter first")
        }
        guard file.split(separator: "/").last.map(String.init) == "\(name).yaml" else {
            throw fault(.word, "the command is called \(name)", at: mapping["name"], cure: "call the file \(name).yaml")
        }
        return name
    }

    private func summary() throws(CatalogueFaults) -> String {
        let summary = try text("summary")
        guard summary.count <= 100, !summary.contains(where: \.isNewline) else {
            throw fault(
                .tooLong, "the summary is too long for a menu", at: mapping["summary"], cure: "write one line of at most 100 characters")
        }
        return summary
    }

    private func builtin() throws(CatalogueFaults) -> String {
        guard mapping["builtin"] != nil else {
            throw fault(.missing, "there is neither “builtin” nor “template”", at: nil, cure: "add a line “template:” with a task below")
        }
        let builtin = try text("builtin")
        guard CommandRegistry.handlers[builtin] != nil else {
            throw fault(
                .word, "there is no handler “\(builtin)”", at: mapping["builtin"],
                cure: "use one of \(CommandRegistry.handlers.keys.sorted().joined(separator: ", "))")
        }
        return builtin
    }

    private func audience() throws(CatalogueFaults) -> CommandDeclaration.Audience {
        let word = try text("role")
        if word == "anyone" { return .anyone }
        guard let role = Role(rawValue: word) else {
            throw fault(.word, "“\(word)” is no role", at: mapping["role"], cure: "use anyone, viewer, member or owner")
        }
        return .role(role)
    }

    private func scopes() throws(CatalogueFaults) -> Set<CommandDeclaration.Scope> {
        var scopes: Set<CommandDeclaration.Scope> = []
        for word in try texts("scopes") {
            guard let scope = CommandDeclaration.Scope(rawValue: word) else {
                throw fault(.word, "“\(word)” is no kind of chat", at: mapping["scopes"], cure: "use private, group or both")
            }
            scopes.insert(scope)
        }
        guard !scopes.isEmpty else {
            throw fault(.missing, "no scope is given", at: mapping["scopes"], cure: "add “scopes: [private, group]”")
        }
        return scopes
    }

    private func arguments() throws(CatalogueFaults) -> [CommandDeclaration.Argument] {
        guard let node = mapping["arguments"] else { return [] }
        guard let items = node.sequence else { throw fault(.type, "“arguments” is no list", at: node, cure: "write one “- name: …” each") }
        var arguments: [CommandDeclaration.Argument] = []
        for item in items {
            guard let name = item.mapping?["name"]?.string, let summary = item.mapping?["summary"]?.string else {
                throw fault(
                    .missing, "an argument has no name or no summary", at: item, cure: "write “- {name: task, summary: which task}”")
            }
            arguments.append(.init(name: name, summary: summary, isRequired: item.mapping?["required"]?.bool ?? false))
        }
        return arguments
    }

    private func text(_ key: String) throws(CatalogueFaults) -> String {
        guard let node = mapping[key] else { throw fault(.missing, "“\(key)” is missing", at: nil, cure: "add a line “\(key): …”") }
        guard let text = node.string, !text.trimmed.isEmpty else {
            throw fault(.type, "“\(key)” is no text", at: node, cure: "write it in quotes")
        }
        return text.trimmed
    }

    private func texts(_ key: String) throws(CatalogueFaults) -> [String] {
        guard let node = mapping[key] else { return [] }
        guard let items = node.sequence else { throw fault(.type, "“\(key)” is no list", at: node, cure: "write it as “\(key): [a, b]”") }
        var texts: [String] = []
        for item in items {
            guard let text = item.string else {
                throw fault(.type, "“\(key)” holds something other than text", at: item, cure: "write it in quotes")
            }
            texts.append(text)
        }
        return texts
    }

    private func fault(_ rule: CatalogueError.Rule, _ fault: String, at node: Node?, cure: String) -> CatalogueFaults {
        CatalogueFaults(
            CatalogueError(
                file: file, line: node?.mark?.line ?? 1, column: node?.mark?.column ?? 1, rule: rule, fault: fault, cure: cure))
    }
}

import HubCore
import Yams

/// Reads a command's declaration out of its YAML, with the line of whatever is wrong.
struct DeclarationReader {
    let file: String
    let mapping: Node.Mapping

    private static let keys: Set<String> = [
        "name", "aliases", "group", "summary", "usage", "examples", "arguments", "role", "scopes", "builtin", "template",
    ]

    func declaration() throws(CatalogueError) -> CommandDeclaration {
        for (key, _) in mapping where !Self.keys.contains(key.string ?? "") {
            throw fault(
                "the key “\(key.string ?? "?")” is unknown", at: key, cure: "use one of \(Self.keys.sorted().joined(separator: ", "))")
        }
        if let template = mapping["template"] {
            throw fault(
                "commands made of templates are not supported in this version", at: template,
                cure: "remove the file, or use “builtin:”")
        }
        let name = try text("name")
        guard Self.isName(name) else {
            throw fault("“\(name)” is no name of a command", at: mapping["name"], cure: "use 1 to 32 of a–z, 0–9 and _, a letter first")
        }
        guard file.split(separator: "/").last.map(String.init) == "\(name).yaml" else {
            throw fault("the command is called \(name)", at: mapping["name"], cure: "call the file \(name).yaml")
        }
        let aliases = try texts("aliases")
        for alias in aliases where !Self.isName(alias) {
            throw fault(
                "“\(alias)” is no name of a command", at: mapping["aliases"], cure: "use 1 to 32 of a–z, 0–9 and _, a letter first")
        }
        let summary = try text("summary")
        guard summary.count <= 100, !summary.contains(where: \.isNewline) else {
            throw fault("the summary is too long for a menu", at: mapping["summary"], cure: "write one line of at most 100 characters")
        }
        let examples = try texts("examples")
        guard !examples.isEmpty else { throw fault("there is no example", at: mapping["examples"], cure: "add “examples: [/\(name)]”") }
        return CommandDeclaration(
            name: name, aliases: aliases, group: try text("group"), summary: summary, usage: try text("usage"), examples: examples,
            arguments: try arguments(), audience: try audience(), scopes: try scopes(), builtin: try builtin())
    }

    private static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.first?.isLetter == true && text == text.lowercased()
            && text.utf8.allSatisfy { byte in "abcdefghijklmnopqrstuvwxyz0123456789_".utf8.contains(byte) }
    }

    private func builtin() throws(CatalogueError) -> String {
        let builtin = try text("builtin")
        guard CommandRegistry.handlers[builtin] != nil else {
            throw fault(
                "there is no handler “\(builtin)”", at: mapping["builtin"],
                cure: "use one of \(CommandRegistry.handlers.keys.sorted().joined(separator: ", "))")
        }
        return builtin
    }

    private func audience() throws(CatalogueError) -> CommandDeclaration.Audience {
        let word = try text("role")
        if word == "anyone" { return .anyone }
        guard let role = Role(rawValue: word) else {
            throw fault("“\(word)” is no role", at: mapping["role"], cure: "use anyone, viewer, member or owner")
        }
        return .role(role)
    }

    private func scopes() throws(CatalogueError) -> Set<CommandDeclaration.Scope> {
        var scopes: Set<CommandDeclaration.Scope> = []
        for word in try texts("scopes") {
            guard let scope = CommandDeclaration.Scope(rawValue: word) else {
                throw fault("“\(word)” is no kind of chat", at: mapping["scopes"], cure: "use private, group or both")
            }
            scopes.insert(scope)
        }
        guard !scopes.isEmpty else { throw fault("no scope is given", at: mapping["scopes"], cure: "add “scopes: [private, group]”") }
        return scopes
    }

    private func arguments() throws(CatalogueError) -> [CommandDeclaration.Argument] {
        guard let node = mapping["arguments"] else { return [] }
        guard let items = node.sequence else { throw fault("“arguments” is no list", at: node, cure: "write one “- name: …” each") }
        var arguments: [CommandDeclaration.Argument] = []
        for item in items {
            guard let name = item.mapping?["name"]?.string, let summary = item.mapping?["summary"]?.string else {
                throw fault("an argument has no name or no summary", at: item, cure: "write “- {name: task, summary: which task}”")
            }
            arguments.append(.init(name: name, summary: summary, isRequired: item.mapping?["required"]?.bool ?? false))
        }
        return arguments
    }

    private func text(_ key: String) throws(CatalogueError) -> String {
        guard let node = mapping[key] else { throw fault("“\(key)” is missing", at: nil, cure: "add a line “\(key): …”") }
        guard let text = node.string, !text.trimmed.isEmpty else {
            throw fault("“\(key)” is no text", at: node, cure: "write it in quotes")
        }
        return text.trimmed
    }

    private func texts(_ key: String) throws(CatalogueError) -> [String] {
        guard let node = mapping[key] else { return [] }
        guard let items = node.sequence else { throw fault("“\(key)” is no list", at: node, cure: "write it as “\(key): [a, b]”") }
        var texts: [String] = []
        for item in items {
            guard let text = item.string else {
                throw fault("“\(key)” holds something other than text", at: item, cure: "write it in quotes")
            }
            texts.append(text)
        }
        return texts
    }

    private func fault(_ fault: String, at node: Node?, cure: String) -> CatalogueError {
        CatalogueError(file: file, line: node?.mark?.line ?? 1, fault: fault, cure: cure)
    }
}

import HubCore
import Yams

extension LaunchProfile {
    /// Reads one file's text.
    ///
    /// - Throws: ``ProfileError``
    package init(parsing text: String, file: String) throws(ProfileError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw ProfileError(file: file, line: error.line, fault: "this is no valid YAML", cure: "check indentation, colons and quotes")
        } catch {
            throw ProfileError(file: file, fault: "this is no valid YAML", cure: "check indentation, colons and quotes")
        }
        guard let mapping = root?.mapping else {
            throw ProfileError(file: file, line: 1, fault: "this is no mapping", cure: "begin with lines like “name: claude”")
        }
        self = try ProfileReader(file: file, mapping: mapping).profile()
    }
}

/// Reads a launch profile out of its YAML, with the line of whatever is wrong.
private struct ProfileReader {
    let file: String
    let mapping: Node.Mapping

    func profile() throws(ProfileError) -> LaunchProfile {
        try check(
            keys: ["name", "summary", "command", "agent_type", "prompt", "ready", "busy", "permission", "input", "usage_limit", "keys"],
            of: mapping)
        let name = try text("name")
        guard Self.isName(name) else {
            throw fault("“\(name)” is no name of a profile", at: mapping["name"], cure: "use 1 to 32 of a–z, 0–9, - and _")
        }
        guard file.split(separator: "/").last.map(String.init) == "\(name).yaml" else {
            throw fault("the profile is called \(name)", at: mapping["name"], cure: "call the file \(name).yaml")
        }
        let command = try texts(mapping["command"], called: "command")
        return LaunchProfile(
            name: name, summary: try text("summary"), command: command,
            agentType: mapping["agent_type"] == nil ? nil : try text("agent_type"),
            prompt: try prompt(), ready: try patterns("ready"), busy: try patterns("busy"), permission: try patterns("permission"),
            input: try patterns("input"), usageLimit: try patterns("usage_limit"), keys: try keys())
    }

    private static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-_".utf8.contains($0) }
    }

    private func prompt() throws(ProfileError) -> LaunchProfile.Prompt {
        guard let node = mapping["prompt"] else { return .typed }
        guard let fields = node.mapping else {
            throw fault("“prompt” is no mapping", at: node, cure: "write “prompt: {given: typed}”")
        }
        try check(keys: ["given", "arguments"], of: fields)
        let arguments = try texts(fields["arguments"], called: "arguments")
        switch fields["given"]?.string {
        case "typed": return .typed
        case "argument":
            guard arguments.contains(where: { $0.contains("{prompt}") }) else {
                throw fault("no argument holds {prompt}", at: node, cure: "add “arguments: ['{prompt}']”")
            }
            return .argument(arguments)
        case "file":
            guard arguments.contains(where: { $0.contains("{file}") }) else {
                throw fault("no argument holds {file}", at: node, cure: "add “arguments: ['--file', '{file}']”")
            }
            return .file(arguments)
        default: throw fault("“given” is none of the ways to give a prompt", at: node, cure: "use typed, argument or file")
        }
    }

    private func keys() throws(ProfileError) -> LaunchProfile.Keys {
        var keys = LaunchProfile.Keys()
        guard let node = mapping["keys"] else { return keys }
        guard let fields = node.mapping else { throw fault("“keys” is no mapping", at: node, cure: "write “keys: {yes: [y, enter]}”") }
        try check(keys: ["yes", "no", "interrupt"], of: fields)
        if let node = fields["yes"] { keys.yes = try texts(node, called: "yes") }
        if let node = fields["no"] { keys.no = try texts(node, called: "no") }
        if let node = fields["interrupt"] { keys.interrupt = try texts(node, called: "interrupt") }
        return keys
    }

    private func patterns(_ key: String) throws(ProfileError) -> [ScreenPattern] {
        var patterns: [ScreenPattern] = []
        for item in mapping[key]?.sequence.map(Array.init) ?? [] {
            guard let text = item.string, let pattern = ScreenPattern(text) else {
                throw fault(
                    "“\(item.string ?? "?")” is no regular expression", at: item,
                    cure: "write it in single quotes, and \\ before what is meant literally")
            }
            patterns.append(pattern)
        }
        if patterns.isEmpty, let node = mapping[key], node.sequence == nil {
            throw fault("“\(key)” is no list", at: node, cure: "write one “- 'pattern'” each")
        }
        return patterns
    }

    private func check(keys: Set<String>, of mapping: Node.Mapping) throws(ProfileError) {
        for (key, _) in mapping where !keys.contains(key.string ?? "") {
            throw fault("the key “\(key.string ?? "?")” is unknown", at: key, cure: "use one of \(keys.sorted().joined(separator: ", "))")
        }
    }

    private func text(_ key: String) throws(ProfileError) -> String {
        guard let node = mapping[key] else { throw fault("“\(key)” is missing", at: nil, cure: "add a line “\(key): …”") }
        guard let text = node.string, !text.allSatisfy(\.isWhitespace) else {
            throw fault("“\(key)” is no text", at: node, cure: "write it in quotes")
        }
        return text
    }

    private func texts(_ node: Node?, called key: String) throws(ProfileError) -> [String] {
        guard let node else { return [] }
        guard let items = node.sequence else { throw fault("“\(key)” is no list", at: node, cure: "write it as “\(key): [a, b]”") }
        var texts: [String] = []
        for item in items {
            guard let text = item.string, !text.isEmpty, !text.unicodeScalars.contains("\0") else {
                throw fault("“\(key)” holds something other than text", at: item, cure: "write it in quotes")
            }
            texts.append(text)
        }
        return texts
    }

    private func fault(_ fault: String, at node: Node?, cure: String) -> ProfileError {
        ProfileError(file: file, line: node?.mark?.line ?? 1, fault: fault, cure: cure)
    }
}

extension YamlError {
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }
}

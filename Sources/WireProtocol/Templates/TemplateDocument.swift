import HubCore

/// A task or a pipeline document in which `{{name}}` stands for an argument (chat page, "Settled details").
///
/// What is put in is a value, whatever it looks like: the document is parsed first, and its values are filled in afterwards, each looked
/// through once. So an argument can make no key, no further entry, and no placeholder. Where a string is `{{name}}` alone, it becomes the
/// argument with its type; within other text the argument stands as text. Of an argument that was not given the former becomes `null`, which
/// counts as absent, and drops out of a list; the latter becomes nothing.
package struct TemplateDocument: Hashable, Sendable {
    package let json: JSONValue
    /// Nothing is put in: a document that somebody saved has no arguments, and may hold braces of its own.
    package let isVerbatim: Bool

    package init(_ json: JSONValue, isVerbatim: Bool = false) { (self.json, self.isVerbatim) = (json, isVerbatim) }

    /// A document with `tasks` makes a pipeline, any other a single task.
    package var isPipeline: Bool { json["tasks"] != nil }

    /// The pipeline document with the arguments in their places; of a single task one with this entry, called `task`.
    ///
    /// - Parameter name: what the pipeline is called if the document gives no name.
    package func pipeline(_ values: [String: JSONValue], named name: String) -> JSONValue {
        let filled = isVerbatim ? json : Self.fill(json, values)
        guard isPipeline else { return ["tasks": [.object([.init("id", "task")] + (filled.members ?? []).filter { $0.name != "id" })]] }
        let hasName = filled["name"].map { !$0.isNull } ?? false
        return hasName ? filled : .object((filled.members ?? []).filter { $0.name != "name" } + [.init("name", .string(name))])
    }

    private static func fill(_ json: JSONValue, _ values: [String: JSONValue]) -> JSONValue {
        switch json {
        case .string(let text): fill(text, values)
        case .array(let items):
            .array(
                items.compactMap { item -> JSONValue? in
                    let value = fill(item, values)
                    // `nil` alone would be JSON's null.
                    return value.isNull && !item.isNull ? Optional<JSONValue>.none : value
                })
        case .object(let members): .object(members.map { .init($0.name, fill($0.value, values)) })
        case .null, .bool, .number: json
        }
    }

    private static func fill(_ text: String, _ values: [String: JSONValue]) -> JSONValue {
        let pieces = Placeholder.pieces(of: text)
        if pieces.count == 1, case .argument(let name) = pieces[0], let value = values[name] { return value }
        return .string(
            pieces.map { piece in
                switch piece {
                case .text(let text): text
                case .argument(let name): values[name].map(words) ?? ""
                }
            }.joined())
    }

    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.text
        }
    }

    /// Where the document names an argument: the name, and the path of the value, as in `tasks[0].title`.
    package var uses: [(name: String, path: String)] {
        var uses: [(name: String, path: String)] = []
        func look(_ json: JSONValue, _ path: String) {
            switch json {
            case .string(let text):
                for case .argument(let name) in Placeholder.pieces(of: text) { uses.append((name, path)) }
            case .array(let items): for (index, item) in items.enumerated() { look(item, "\(path)[\(index)]") }
            case .object(let members):
                for member in members { look(member.value, path.isEmpty ? member.name : "\(path).\(member.name)") }
            case .null, .bool, .number: break
            }
        }
        look(json, "")
        return uses
    }

    /// Keys with a placeholder in them, which stays as it is: the path of what holds each, and the key.
    package var placeholderKeys: [(path: String, key: String)] {
        var keys: [(path: String, key: String)] = []
        func look(_ json: JSONValue, _ path: String) {
            switch json {
            case .array(let items): for (index, item) in items.enumerated() { look(item, "\(path)[\(index)]") }
            case .object(let members):
                for member in members {
                    if Placeholder.pieces(of: member.name).contains(where: { if case .argument = $0 { true } else { false } }) {
                        keys.append((path, member.name))
                    }
                    look(member.value, path.isEmpty ? member.name : "\(path).\(member.name)")
                }
            case .null, .bool, .number, .string: break
            }
        }
        look(json, "")
        return keys
    }
}

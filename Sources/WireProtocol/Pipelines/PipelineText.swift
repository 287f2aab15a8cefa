import HubCore
import Yams

/// A document that came as text, JSON or YAML, and where in the text its parts stand.
package struct PipelineText: Sendable {
    package let json: JSONValue
    private let text: String

    /// Values in a document, aliases written out.
    package static let maximumValues = 1_000_000
    /// Bytes of a YAML text: its parser takes a hundred times as much memory, and seconds.
    package static let maximumYAML = 2 << 20

    /// A text that begins with `{` is JSON, everything else YAML.
    ///
    /// - Throws: ``WireFault`` with the line, for a text that is neither.
    package init(_ text: String) throws(WireFault) {
        self.text = text
        json = try Self.parse(text)
    }

    package static func parse(_ text: String) throws(WireFault) -> JSONValue {
        if text.utf8.first(where: { !($0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09) }) == UInt8(ascii: "{") {
            do {
                return try JSONValue(parsing: text, maximumValues: maximumValues)
            } catch {
                // A YAML document may begin so, too, if it is written in that style.
                guard let json = try? yaml(text) else { throw WireFault(sentence(error, in: text)) }
                return json
            }
        }
        return try yaml(text)
    }

    private static func yaml(_ text: String) throws(WireFault) -> JSONValue {
        try checkLength(of: text)
        let node: Node?
        do {
            try checkAliases(in: text)
            node = try Yams.compose(yaml: text)
        } catch let fault as WireFault {
            throw fault
        } catch {
            throw WireFault(sentence(error, in: text))
        }
        guard let node else { throw WireFault("the document is empty") }
        return try json(of: node)
    }

    private static func checkLength(of text: String) throws(WireFault) {
        guard text.utf8.count <= maximumYAML else {
            throw WireFault("a YAML document has at most \(maximumYAML >> 20) MB, this one has more: write it as JSON, which may be larger")
        }
    }

    /// The value of a parsed YAML document, or of a part of one.
    package static func json(of node: Node) throws(WireFault) -> JSONValue {
        var left = maximumValues
        return try value(node, depth: 0, &left)
    }

    private static func value(_ node: Node, depth: Int, _ left: inout Int) throws(WireFault) -> JSONValue {
        left -= 1
        guard left > 0 else { throw WireFault("the document has more than \(maximumValues) values") }
        guard depth < JSONValue.maximumDepth else { throw WireFault("the document is nested deeper than \(JSONValue.maximumDepth)") }
        switch node {
        case .scalar(let scalar): return Self.scalar(scalar)
        case .sequence(let items):
            var values: [JSONValue] = []
            for item in items { values.append(try value(item, depth: depth + 1, &left)) }
            return .array(values)
        case .mapping(let pairs):
            var members: [JSONValue.Member] = []
            for (key, item) in pairs {
                guard let name = key.scalar?.string else { throw WireFault("line \(key.mark?.line ?? 0): a key must be a word") }
                members.append(.init(name, try value(item, depth: depth + 1, &left)))
            }
            return .object(members)
        case .alias: throw WireFault("the document has an alias for something that is not there")
        }
    }

    /// The JSON schema of YAML 1.2: `no` and `on` are words, not booleans.
    private static func scalar(_ scalar: Node.Scalar) -> JSONValue {
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
        switch text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            if let first = text.utf8.first, first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
                let number = try? JSONValue(parsing: text), case .number = number
            {
                return number
            }
            return .string(text)
        }
    }

    /// The places of faults, both counted from 1: of the part such as `tasks[3].dependencies[0]` that each is about; of one that is not there,
    /// those of what would hold it; of a member that nobody knows, those of its name.
    package func places(of faults: some Sequence<Pipeline.Fault>) -> [(line: Int, column: Int)?] {
        // JSON is YAML, nearly: where it is not, there are no places.
        guard (try? Self.checkLength(of: text)) != nil, (try? Self.checkAliases(in: text)) != nil, let root = try? Yams.compose(yaml: text)
        else { return faults.map { _ in nil } }
        return faults.map { Self.node(of: $0, in: root).mark.map { ($0.line, $0.column) } }
    }

    /// - Parameter path: where in `root` the fault is, if not where the fault says.
    package static func node(of fault: Pipeline.Fault, at path: String? = nil, in root: Node) -> Node {
        let path = path ?? fault.path
        var (steps, node) = (steps(of: path), root)
        guard fault.rule == .unknownKey, case .name(let name)? = steps.popLast() else { return Self.node(at: path, in: root) }
        for step in steps { node = part(step, of: node) ?? node }
        return node.mapping?.first { $0.key.string == name }?.key ?? node
    }

    /// The part of a document that a path such as `tasks[3].title` names, or what would hold it.
    package static func node(at path: String, in root: Node) -> Node {
        var node = root
        for step in steps(of: path) {
            guard let next = part(step, of: node) else { break }
            node = next
        }
        return node
    }

    private static func part(_ step: Step, of node: Node) -> Node? {
        switch (node, step) {
        case (.mapping(let mapping), .name(let name)): mapping[Node(name)]
        case (.sequence(let sequence), .index(let index)): sequence.indices.contains(index) ? sequence[index] : nil
        default: nil
        }
    }

    /// One sentence a fault, as compilers write them: `12:9 tasks[3].depends_on[0]: a circle: …`.
    package func lines(of faults: [Pipeline.Fault], limit: Int = 1000) -> [String] {
        let shown = faults.prefix(limit)
        let lines = zip(shown, places(of: shown)).map { fault, place in
            (place.map { "\($0.line):\($0.column) " } ?? "") + (fault.path.isEmpty ? "" : "\(fault.path): ") + fault.message
        }
        return faults.count > limit ? lines + ["… and \(faults.count - limit) more"] : lines
    }

    private enum Step {
        case name(String)
        case index(Int)
    }

    private static func steps(of path: String) -> [Step] {
        path.split(separator: ".").flatMap { part -> [Step] in
            let pieces = part.split(separator: "[")
            return pieces.enumerated().map { place, piece in
                place > 0 ? (Int(piece.dropLast()).map(Step.index) ?? .name(String(piece))) : .name(String(piece))
            }
        }
    }
}

extension JSONSchema {
    /// - Throws: ``Fault`` naming the first keyword that cannot be used as it is.
    package init(_ document: JSONValue) throws(Fault) {
        var budget = Budget()
        try self.init(document, within: &budget)
    }

    /// - Parameter budget: taken down by what the schema takes.
    /// - Throws: ``Fault`` naming the first keyword that cannot be used as it is.
    init(_ document: JSONValue, within budget: inout Budget) throws(Fault) {
        guard document.bytes.count <= Self.maximumBytes else {
            throw Fault(pointer: "", message: "a schema has at most \(Self.maximumBytes >> 10) KiB")
        }
        var reader = SchemaReader(budget: budget)
        defer { budget = reader.budget }
        root = try reader.node(document, at: JSONPointer(), depth: 0)
        var definitions: [String: Node] = [:]
        let place = JSONPointer().appending("$defs")
        for member in document["$defs"]?.members ?? [] {
            definitions[member.name] = try reader.node(member.value, at: place.appending(member.name), depth: 1)
        }
        for (name, pointer) in reader.references where definitions[name] == nil {
            throw Fault(pointer: pointer.text, message: "$ref names #/$defs/\(name.cut(to: 64)), which is not there")
        }
        (self.document, self.definitions) = (document, definitions)
    }
}

/// Turns a schema's document into nodes.
private struct SchemaReader {
    typealias Node = JSONSchema.Node
    typealias Fault = JSONSchema.Fault

    /// The names under `$defs` that were referred to, and from where.
    var references: [(name: String, from: JSONPointer)] = []

    private(set) var budget: JSONSchema.Budget

    private static let maximumDepth = 64
    /// Say something to people, and assert nothing.
    private static let annotations: Set<String> = [
        "$schema", "$id", "$comment", "$anchor", "$defs", "title", "description", "default", "examples", "deprecated", "readOnly",
        "writeOnly",
        "format", "contentEncoding", "contentMediaType",
    ]
    private static let dialect = "https://json-schema.org/draft/2020-12/schema"
    private static let keywords = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems",
        "uniqueItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
        "anyOf", "oneOf", "allOf", "not", "$ref",
    ]

    init(budget: JSONSchema.Budget) { self.budget = budget }

    mutating func node(_ value: JSONValue, at pointer: JSONPointer, depth: Int) throws(Fault) -> Node {
        budget.schemas -= 1
        guard budget.schemas >= 0 else { throw fault("there are too many schemas within schemas: 10000 are allowed in all", pointer) }
        if let constant = value.bool { return .constant(constant) }
        guard let members = value.members else { throw fault("a schema is an object, true or false, not \(value.kindName)", pointer) }
        guard depth < Self.maximumDepth else { throw fault("the schema is nested too deeply", pointer) }
        try refuseRepetition(in: members, pointer)
        var assertions: [JSONSchema.Assertion] = []
        for member in members {
            let place = pointer.appending(member.name)
            if let assertion = try assertion(member.name, member.value, of: value, at: place, depth: depth) { assertions.append(assertion) }
        }
        return .assertions(assertions)
    }

    private mutating func assertion(
        _ keyword: String, _ value: JSONValue, of schema: JSONValue, at pointer: JSONPointer, depth: Int
    ) throws(Fault) -> JSONSchema.Assertion? {
        switch keyword {
        case "type": return .type(try kinds(value, pointer))
        case "enum":
            let values = try array(value, pointer)
            let shown = values.prefix(8).map { $0.beginning(60) }.joined(separator: ", ") + (values.count > 8 ? " …" : "")
            return .enumeration(Set(values.map(\.canonicalText)), shown: values.count == 1 ? shown : "one of " + shown)
        case "const": return .enumeration([value.canonicalText], shown: value.beginning(60))
        case "required": return .required(try strings(value, pointer))
        case "properties":
            var properties: [JSONSchema.Property] = []
            for member in try object(value, pointer) {
                let schema = try node(member.value, at: pointer.appending(member.name), depth: depth + 1)
                properties.append(.init(name: member.name, schema: schema))
            }
            return .properties(properties, additional: try sibling("additionalProperties", of: schema, pointer, depth))
        case "additionalProperties":
            // Read together with `properties` where that is there.
            guard schema["properties"] == nil else { return nil }
            return .properties([], additional: try node(value, at: pointer, depth: depth + 1))
        case "prefixItems":
            return .items(prefix: try nodes(value, pointer, depth), rest: try sibling("items", of: schema, pointer, depth))
        case "items":
            guard schema["prefixItems"] == nil else { return nil }
            return .items(prefix: [], rest: try node(value, at: pointer, depth: depth + 1))
        case "minItems": return .size(.items, try count(value, pointer)...Int.max)
        case "maxItems": return .size(.items, 0...(try count(value, pointer)))
        case "minLength": return .size(.length, try count(value, pointer)...Int.max)
        case "maxLength": return .size(.length, 0...(try count(value, pointer)))
        case "uniqueItems":
            guard let isWanted = value.bool else { throw fault("uniqueItems is true or false", pointer) }
            return isWanted ? .uniqueItems : nil
        case "minimum": return .minimum(try number(value, pointer), isExclusive: false, shown: value.beginning(60))
        case "exclusiveMinimum": return .minimum(try number(value, pointer), isExclusive: true, shown: value.beginning(60))
        case "maximum": return .maximum(try number(value, pointer), isExclusive: false, shown: value.beginning(60))
        case "exclusiveMaximum": return .maximum(try number(value, pointer), isExclusive: true, shown: value.beginning(60))
        case "multipleOf":
            let number = try number(value, pointer)
            guard !number.isZero, !number.isNegative, number.significand != nil else {
                throw fault("multipleOf is a number above 0 of at most 18 digits", pointer)
            }
            return .multipleOf(number, shown: value.beginning(60))
        case "pattern": return .pattern(try pattern(value, pointer))
        case "allOf": return .allOf(try nodes(value, pointer, depth))
        case "anyOf": return .anyOf(try nodes(value, pointer, depth))
        case "oneOf": return .oneOf(try nodes(value, pointer, depth))
        case "not": return .not(try node(value, at: pointer, depth: depth + 1))
        case "$ref": return .reference(try reference(value, pointer))
        case "$schema" where value.string?.trimmed(suffix: "#") != Self.dialect:
            throw fault("contracts are written in JSON Schema 2020-12: leave $schema out, or name \(Self.dialect)", pointer)
        case "$defs" where depth > 0: throw fault("$defs stands at the top of the schema", pointer)
        case "$defs": _ = try object(value, pointer)
        default:
            guard Self.annotations.contains(keyword) else {
                let nearest = Spelling.nearest(to: keyword, in: Self.keywords)
                let cure = nearest.map { "did you mean \"\($0)\"?" } ?? "these can: \(Self.keywords.joined(separator: ", "))"
                throw fault("the keyword \"\(keyword.cut(to: 64))\" cannot be used here: \(cure)", pointer)
            }
        }
        return nil
    }

    private mutating func sibling(_ name: String, of schema: JSONValue, _ pointer: JSONPointer, _ depth: Int) throws(Fault) -> Node? {
        guard let value = schema[name] else { return nil }
        return try node(value, at: pointer.sibling(name), depth: depth + 1)
    }

    private mutating func nodes(_ value: JSONValue, _ pointer: JSONPointer, _ depth: Int) throws(Fault) -> [Node] {
        let values = try array(value, pointer)
        guard !values.isEmpty else { throw fault("at least one schema is needed", pointer) }
        var nodes: [Node] = []
        for (index, value) in values.enumerated() {
            nodes.append(try node(value, at: pointer.appending(index), depth: depth + 1))
        }
        return nodes
    }

    private mutating func reference(_ value: JSONValue, _ pointer: JSONPointer) throws(Fault) -> String? {
        guard let text = value.string else { throw fault("$ref is a string", pointer) }
        if text == "#" { return nil }
        let prefix = "#/$defs/"
        guard text.hasPrefix(prefix), !text.dropFirst(prefix.count).contains("/") else {
            throw fault("$ref can only name an entry of this schema's $defs, as in #/$defs/name", pointer)
        }
        let name = text.dropFirst(prefix.count).replacing("~1", with: "/").replacing("~0", with: "~")
        references.append((String(name), pointer))
        return String(name)
    }

    private func kinds(_ value: JSONValue, _ pointer: JSONPointer) throws(Fault) -> [JSONSchema.Kind] {
        let names = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
        let kinds = names.compactMap(JSONSchema.Kind.init)
        guard !kinds.isEmpty, kinds.count == value.array?.count ?? 1, Set(kinds).count == kinds.count else {
            throw fault("type is one of \(JSONSchema.Kind.allCases.map(\.rawValue).joined(separator: ", ")), or a list of them", pointer)
        }
        return kinds
    }

    private mutating func pattern(_ value: JSONValue, _ pointer: JSONPointer) throws(Fault) -> Pattern {
        guard let source = value.string else { throw fault("pattern is a string", pointer) }
        do {
            return try Pattern(source, budget: &budget.patterns)
        } catch {
            throw fault("the pattern is not understood: \(error)", pointer)
        }
    }

    private func number(_ value: JSONValue, _ pointer: JSONPointer) throws(Fault) -> ExactNumber {
        guard case .number(let text) = value, let number = ExactNumber(text) else { throw fault("a number was expected", pointer) }
        return number
    }

    private func count(_ value: JSONValue, _ pointer: JSONPointer) throws(Fault) -> Int {
        guard case .number(let text) = value, let number = ExactNumber(text), number.isInteger, !number.isNegative else {
            throw fault("a whole number from 0 on was expected", pointer)
        }
        return Int(text) ?? number.significand.flatMap { $0 < 1_000_000_000 && number.exponent == 0 ? Int($0) : nil } ?? Int.max
    }

    private func array(_ value: JSONValue, _ pointer: JSONPointer) throws(Fault) -> [JSONValue] {
        guard let array = value.array else { throw fault("an array was expected, not \(value.kindName)", pointer) }
        return array
    }

    private func object(_ value: JSONValue, _ pointer: JSONPointer) throws(Fault) -> [JSONValue.Member] {
        guard let members = value.members else { throw fault("an object was expected, not \(value.kindName)", pointer) }
        try refuseRepetition(in: members, pointer)
        return members
    }

    /// What stands twice would be read twice by some and once by others.
    private func refuseRepetition(in members: [JSONValue.Member], _ pointer: JSONPointer) throws(Fault) {
        var names: Set<String> = []
        for member in members where !names.insert(member.name).inserted {
            throw fault("the member \"\(member.name.cut(to: 64))\" stands here twice", pointer.appending(member.name))
        }
    }

    private func strings(_ value: JSONValue, _ pointer: JSONPointer) throws(Fault) -> [String] {
        let values = try array(value, pointer)
        let strings = values.compactMap(\.string)
        guard strings.count == values.count else { throw fault("a list of strings was expected", pointer) }
        return strings
    }

    private func fault(_ message: String, _ pointer: JSONPointer) -> Fault { Fault(pointer: pointer.text, message: message) }
}

extension String {
    fileprivate func trimmed(suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}

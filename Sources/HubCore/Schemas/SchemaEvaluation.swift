/// What is wrong with a value under a schema.
package struct SchemaMismatch: Hashable, Sendable {
    /// Where in the value, as a JSON pointer (RFC 6901); empty for the whole.
    package let pointer: String
    package let expected: String
    package let found: String
}

extension JSONSchema {
    /// The work that one evaluation may take, so that no schema can stall the hub. A step is a schema or an assertion that meets a value, or
    /// so many bytes of a text, a number or a name that are looked at.
    package struct Limits: Sendable {
        package var steps: Int
        package var depth: Int
        package var mismatches: Int

        package init(steps: Int = 2_000_000, depth: Int = 128, mismatches: Int = 50) {
            (self.steps, self.depth, self.mismatches) = (steps, depth, mismatches)
        }
    }

    /// The schema asks for more work, or goes deeper, than the limits allow.
    package struct Exhausted: Error, Hashable, Sendable {
        package let pointer: String
    }

    /// Everything that is wrong with `value`; empty if it fits.
    ///
    /// - Throws: ``Exhausted``
    package func mismatches(of value: JSONValue, limits: Limits = Limits()) throws(Exhausted) -> [SchemaMismatch] {
        var limits = limits
        return try mismatches(of: value, within: &limits)
    }

    /// - Parameter limits: its steps are taken down by those that were taken.
    /// - Throws: ``Exhausted``
    func mismatches(of value: JSONValue, within limits: inout Limits) throws(Exhausted) -> [SchemaMismatch] {
        var evaluation = Evaluation(schema: self, limits: limits)
        defer { limits.steps = max(0, evaluation.steps) }
        return try evaluation.check(value, root, at: JSONPointer(), depth: 0)
    }
}

/// One value under one schema.
private struct Evaluation {
    let schema: JSONSchema
    let limits: JSONSchema.Limits
    var steps: Int

    init(schema: JSONSchema, limits: JSONSchema.Limits) {
        (self.schema, self.limits, steps) = (schema, limits, limits.steps)
    }

    mutating func check(
        _ value: JSONValue, _ node: JSONSchema.Node, at pointer: JSONPointer, depth: Int
    ) throws(JSONSchema.Exhausted) -> [SchemaMismatch] {
        guard depth < limits.depth else { throw .init(pointer: pointer.text) }
        try spend(1, pointer)
        switch node {
        case .constant(true): return []
        case .constant(false): return [try mismatch("nothing here", value, pointer)]
        case .assertions(let assertions):
            var found: [SchemaMismatch] = []
            for assertion in assertions where found.count < limits.mismatches {
                try spend(1, pointer)
                found += try check(value, assertion, at: pointer, depth: depth)
            }
            return found
        }
    }

    private mutating func spend(_ cost: Int, _ pointer: JSONPointer) throws(JSONSchema.Exhausted) {
        steps -= cost
        guard steps >= 0 else { throw .init(pointer: pointer.text) }
    }

    private mutating func check(
        _ value: JSONValue, _ assertion: JSONSchema.Assertion, at pointer: JSONPointer, depth: Int
    ) throws(JSONSchema.Exhausted) -> [SchemaMismatch] {
        switch assertion {
        case .type(let kinds):
            if kinds.contains(.integer) { try spend(forNumber: value, pointer) }
            return kinds.contains { $0.fits(value) } ? [] : [try mismatch(kinds.map(\.words).joined(separator: " or "), value, pointer)]
        case .enumeration(let values, let shown):
            try spend(Self.weight(of: value), pointer)
            return values.contains(value.canonicalText) ? [] : [try mismatch(shown, value, pointer)]
        case .required(let names):
            guard let members = value.members else { return [] }
            try spend(Self.weight(of: members.lazy.map(\.name)) + Self.weight(of: names), pointer)
            let present = Set(members.map(\.name))
            var found: [SchemaMismatch] = []
            for name in names where found.count < limits.mismatches && !present.contains(name) {
                found.append(try mismatch("this member, which is required", "nothing", pointer.appending(name)))
            }
            return found
        case .properties(let properties, let additional):
            return try checkMembers(of: value, properties, additional, at: pointer, depth: depth)
        case .items(let prefix, let rest): return try checkItems(of: value, prefix, rest, at: pointer, depth: depth)
        case .size(let measure, let range): return try checkSize(of: value, measure, range, at: pointer)
        case .uniqueItems:
            guard let items = value.array else { return [] }
            try spend(Self.weight(of: value), pointer)
            var seen: [String: Int] = [:]
            for (index, item) in items.enumerated() {
                if let first = seen.updateValue(index, forKey: item.canonicalText) {
                    return [try mismatch("no item twice", "items \(first) and \(index) equal", pointer)]
                }
            }
            return []
        case .minimum(let limit, let isExclusive, let shown):
            try spend(forNumber: value, pointer)
            guard case .number(let text) = value, let number = ExactNumber(text) else { return [] }
            if number > limit || (!isExclusive && number == limit) { return [] }
            return [try mismatch(isExclusive ? "more than \(shown)" : "\(shown) or more", value, pointer)]
        case .maximum(let limit, let isExclusive, let shown):
            try spend(forNumber: value, pointer)
            guard case .number(let text) = value, let number = ExactNumber(text) else { return [] }
            if number < limit || (!isExclusive && number == limit) { return [] }
            return [try mismatch(isExclusive ? "less than \(shown)" : "\(shown) or less", value, pointer)]
        case .multipleOf(let divisor, let shown):
            try spend(forNumber: value, pointer)
            guard case .number(let text) = value, let number = ExactNumber(text) else { return [] }
            try spend(number.divisions(by: divisor), pointer)
            return number.isMultiple(of: divisor) ? [] : [try mismatch("a multiple of \(shown)", value, pointer)]
        case .pattern(let pattern):
            guard let text = value.string else { return [] }
            guard let isFound = pattern.isFound(in: text, steps: &steps) else { throw .init(pointer: pointer.text) }
            return isFound ? [] : [try mismatch("a text that matches \(pattern.source.cut(to: 200))", value, pointer)]
        case .allOf(let nodes):
            var found: [SchemaMismatch] = []
            for node in nodes where found.count < limits.mismatches { found += try check(value, node, at: pointer, depth: depth + 1) }
            return found
        case .anyOf(let nodes): return try checkAlternatives(of: value, nodes, at: pointer, depth: depth, exactlyOne: false)
        case .oneOf(let nodes): return try checkAlternatives(of: value, nodes, at: pointer, depth: depth, exactlyOne: true)
        case .not(let node):
            let isRefused = try !check(value, node, at: pointer, depth: depth + 1).isEmpty
            return isRefused ? [] : [try mismatch("a value that does not fit the schema under not", value, pointer)]
        case .reference(let name):
            return try check(value, name.flatMap { schema.definitions[$0] } ?? schema.root, at: pointer, depth: depth + 1)
        }
    }

    private mutating func checkMembers(
        of value: JSONValue, _ properties: [JSONSchema.Property], _ additional: JSONSchema.Node?, at pointer: JSONPointer, depth: Int
    ) throws(JSONSchema.Exhausted) -> [SchemaMismatch] {
        guard let members = value.members else { return [] }
        try spend(Self.weight(of: members.lazy.map(\.name)) + Self.weight(of: properties.lazy.map(\.name)), pointer)
        let schemas = Dictionary(properties.map { ($0.name, $0.schema) }) { $1 }
        // Of a name that comes twice the last one counts.
        let latest = Dictionary(members.enumerated().map { ($0.element.name, $0.offset) }) { $1 }
        var found: [SchemaMismatch] = []
        for (index, member) in members.enumerated() where latest[member.name] == index && found.count < limits.mismatches {
            let place = pointer.appending(member.name)
            if let schema = schemas[member.name] {
                found += try check(member.value, schema, at: place, depth: depth + 1)
            } else if additional == .constant(false) {
                found.append(try mismatch("no member of this name", member.value, place))
            } else if let additional {
                found += try check(member.value, additional, at: place, depth: depth + 1)
            }
        }
        return found
    }

    private mutating func checkItems(
        of value: JSONValue, _ prefix: [JSONSchema.Node], _ rest: JSONSchema.Node?, at pointer: JSONPointer, depth: Int
    ) throws(JSONSchema.Exhausted) -> [SchemaMismatch] {
        guard let items = value.array else { return [] }
        var found: [SchemaMismatch] = []
        for (index, item) in items.enumerated() where found.count < limits.mismatches {
            guard let schema = index < prefix.count ? prefix[index] : rest else { break }
            found += try check(item, schema, at: pointer.appending(index), depth: depth + 1)
        }
        return found
    }

    private mutating func checkSize(
        of value: JSONValue, _ measure: JSONSchema.Measure, _ range: ClosedRange<Int>, at pointer: JSONPointer
    ) throws(JSONSchema.Exhausted) -> [SchemaMismatch] {
        if case .string(let text) = value { try spend(text.utf8.count / 64, pointer) }
        let (count, unit): (Int, String)
        switch (measure, value) {
        case (.length, .string(let text)): (count, unit) = (text.unicodeScalars.count, "characters")
        case (.items, .array(let items)): (count, unit) = (items.count, "items")
        default: return []
        }
        guard !range.contains(count) else { return [] }
        let expected = count < range.lowerBound ? "at least \(range.lowerBound) \(unit)" : "at most \(range.upperBound) \(unit)"
        return [try mismatch(expected, "\(count)", pointer)]
    }

    private mutating func checkAlternatives(
        of value: JSONValue, _ nodes: [JSONSchema.Node], at pointer: JSONPointer, depth: Int, exactlyOne: Bool
    ) throws(JSONSchema.Exhausted) -> [SchemaMismatch] {
        var fitting: [Int] = []
        var nearest: [SchemaMismatch]?
        for (index, node) in nodes.enumerated() {
            let found = try check(value, node, at: pointer, depth: depth + 1)
            if found.isEmpty {
                if !exactlyOne { return [] }
                fitting.append(index)
            } else if found.count < nearest?.count ?? .max {
                nearest = found
            }
        }
        if fitting.count == 1 { return [] }
        guard fitting.isEmpty else {
            let shown = fitting.prefix(8).map(String.init).joined(separator: " and ") + (fitting.count > 8 ? " …" : "")
            return [try mismatch("exactly one of \(nodes.count) alternatives to fit", "alternatives \(shown) fit", pointer)]
        }
        // The alternative that came nearest says what to mend.
        let hint =
            nearest?.first.map {
                ": the nearest expects \($0.expected.cut(to: 600))" + ($0.pointer == pointer.text ? "" : " at \($0.pointer)")
            } ?? ""
        return [try mismatch("one of \(nodes.count) alternatives to fit\(hint)", value, pointer)]
    }

    private mutating func mismatch(_ expected: String, _ value: JSONValue, _ pointer: JSONPointer) throws(JSONSchema.Exhausted)
        -> SchemaMismatch
    {
        try mismatch(expected, value.shown(60), pointer)
    }

    private mutating func mismatch(_ expected: String, _ found: String, _ pointer: JSONPointer) throws(JSONSchema.Exhausted)
        -> SchemaMismatch
    {
        // Two sentences and a place are to be written.
        try spend(8, pointer)
        return SchemaMismatch(pointer: pointer.text, expected: expected, found: found)
    }

    private mutating func spend(forNumber value: JSONValue, _ pointer: JSONPointer) throws(JSONSchema.Exhausted) {
        if case .number(let text) = value { try spend(text.utf8.count / 8, pointer) }
    }

    /// The steps for all that is in it, to be looked at once.
    private static func weight(of value: JSONValue) -> Int {
        switch value {
        case .array(let items): items.reduce(1) { $0 + weight(of: $1) }
        case .object(let members): members.reduce(1) { $0 + weight(of: $1.name) + weight(of: $1.value) }
        case .string(let text): weight(of: text)
        case .number(let text): 1 + text.utf8.count / 8
        default: 1
        }
    }

    private static func weight(of text: String) -> Int { 1 + text.utf8.count / 16 }
    private static func weight(of names: some Sequence<String>) -> Int { names.reduce(0) { $0 + weight(of: $1) } }
}

extension JSONValue {
    /// The value in at most `length` characters; arrays and objects by their size.
    fileprivate func shown(_ length: Int) -> String {
        switch self {
        case .array(let items): "an array of \(items.count)"
        case .object(let members): "an object of \(members.count)"
        default: beginning(length)
        }
    }
}

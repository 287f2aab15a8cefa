/// A JSON Schema (draft 2020-12) of the keywords that contracts may use (domain page, "Contracts"), read once and checked as often as needed.
///
/// A keyword that asserts something and is not among them is refused rather than ignored, since who wrote it relies on it; annotations
/// (`title`, `description`, `default`, `examples`, `format` …) are allowed and assert nothing.
package struct JSONSchema: Hashable, Sendable {
    /// The schema as it was written.
    package let document: JSONValue
    let root: Node
    /// By the name under `$defs` of the root.
    let definitions: [String: Node]

    /// Why a schema is refused.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// Where in the schema, as a JSON pointer (RFC 6901); empty for the whole.
        package let pointer: String
        package let message: String

        package var description: String { pointer.isEmpty ? message : "\(message) (at \(pointer))" }
    }

    indirect enum Node: Hashable, Sendable {
        /// `true` and `false`.
        case constant(Bool)
        case assertions([Assertion])
    }

    enum Assertion: Hashable, Sendable {
        case type([Kind])
        /// The values in their canonical text, and as written for messages.
        case enumeration(Set<String>, shown: String)
        case required([String])
        /// `properties` and `additionalProperties` belong together.
        case properties([Property], additional: Node?)
        /// `prefixItems` and `items` belong together.
        case items(prefix: [Node], rest: Node?)
        case size(Measure, ClosedRange<Int>)
        case uniqueItems
        case minimum(ExactNumber, isExclusive: Bool, shown: String)
        case maximum(ExactNumber, isExclusive: Bool, shown: String)
        case multipleOf(ExactNumber, shown: String)
        case pattern(Pattern)
        case allOf([Node])
        case anyOf([Node])
        case oneOf([Node])
        case not(Node)
        /// A name under `$defs`; `nil` for the root.
        case reference(String?)
    }

    struct Property: Hashable, Sendable {
        let name: String
        let schema: Node
    }

    enum Measure: Hashable, Sendable {
        /// In characters: Unicode scalars.
        case length
        case items
    }

    enum Kind: String, CaseIterable, Hashable, Sendable {
        case null, boolean, object, array, number, string, integer

        func fits(_ value: JSONValue) -> Bool {
            switch (self, value) {
            case (.null, .null), (.boolean, .bool), (.object, .object), (.array, .array), (.number, .number), (.string, .string): true
            // 1.0 is an integer (validation, section 6.1.1).
            case (.integer, .number(let text)): ExactNumber(text)?.isInteger ?? false
            default: false
            }
        }

        var words: String {
            switch self {
            case .null: "null"
            case .boolean: "a boolean"
            case .object: "an object"
            case .array: "an array"
            case .number: "a number"
            case .string: "a string"
            case .integer: "an integer"
            }
        }
    }

    /// A schema takes at most this many bytes.
    package static let maximumBytes = 64 << 10

    /// What schemas may take to be kept in memory. Those that come in together share one.
    package struct Budget: Sendable {
        /// Schemas within schemas, each counted.
        var schemas = 10_000
        /// Characters, groups and alternatives of all patterns, repetitions written out.
        var patterns: Int

        package init(patterns: Int = Self.declaration) { self.patterns = patterns }

        /// For the patterns of all contracts of one task.
        package static let declaration = 20_000
    }
}

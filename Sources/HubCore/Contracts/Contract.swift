/// Named, typed data that a task promises to produce and others need (domain page, "Contracts").
package struct Contract: Hashable, Sendable {
    /// 1–128 characters on one line; unique within its task.
    package var key: String
    /// Free text, for example `api_schema` (agent protocol, section 7.5).
    package var type: String
    package var about: String?
    package var isRequired: Bool
    package var schema: JSONSchema?

    package init(key: String, type: String, about: String? = nil, isRequired: Bool = true, schema: JSONSchema? = nil) {
        (self.key, self.type, self.about, self.isRequired, self.schema) = (key, type, about, isRequired, schema)
    }
}

/// The contracts of a task, in the order in which they were declared.
package struct Contracts: Hashable, Sendable {
    package private(set) var all: [Contract]

    package static let none = Contracts([])
    package static let maximum = 100
    /// Values that a task hands in, those that it never declared included.
    package static let maximumValues = 1000
    package static let maximumDeclarationBytes = 256 << 10
    /// All values of a task together, in bytes of compact JSON.
    package static let maximumValueBytes = 1 << 20

    package init(_ all: [Contract]) { self.all = all }

    package var isEmpty: Bool { all.isEmpty }
    package subscript(key: String) -> Contract? { all.first { $0.key == key } }
}

/// One thing that is wrong with what a task handed in under its contracts.
package struct ContractFault: Hashable, Sendable, Codable {
    package let key: String
    /// Where in the value, as a JSON pointer (RFC 6901); empty for the whole.
    package let pointer: String
    package let expected: String
    package let found: String

    package init(key: String, pointer: String, expected: String, found: String) {
        (self.key, self.pointer, self.expected, self.found) = (key, pointer, expected, found)
    }

    /// A sentence for people and agents.
    package var message: String { "\(key)\(pointer): expected \(expected), found \(found)" }
}

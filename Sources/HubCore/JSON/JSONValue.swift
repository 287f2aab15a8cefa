/// Any JSON document (RFC 8259). Numbers keep the text in which they came, so that a large integer is passed on as written;
/// objects keep the order of their members.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number's own text, valid by RFC 8259 section 6.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            (self.name, self.value) = (name, value)
        }
    }
}

extension JSONValue {
    /// The member of an object; the last one if a name comes twice. `nil` if there is none, or this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }
    /// The number, if it is an integer that fits.
    package var int: Int? {
        if case .number(let text) = self { Int(text) } else { nil }
    }
    /// The number, unless it is too large for a `Double`.
    package var double: Double? {
        if case .number(let text) = self { Double(text).flatMap { $0.isFinite ? $0 : nil } } else { nil }
    }
    package var array: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }
    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }
    package var isNull: Bool { self == .null }

    /// What kind of value this is, in the words of error messages: "a string", "an object" …
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral, ExpressibleByStringInterpolation
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
    package init(nilLiteral: ()) { self = .null }

    package init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
    package init(_ number: Int?) { self = number.map { .number(String($0)) } ?? .null }
    package init(_ number: Int64) { self = .number(String(number)) }
    package init(_ value: Bool) { self = .bool(value) }
    package init(_ time: Timestamp?) { self = time.map { .string($0.description) } ?? .null }
    package init<Entity>(_ id: Identifier<Entity>?) { self = id.map { .string($0.text) } ?? .null }
    package init(_ items: some Sequence<String>) { self = .array(items.map(JSONValue.string)) }
}

extension JSONValue: Codable {
    /// Stored as a string that holds the document, so that numbers keep their text.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try JSONValue(parsing: try container.decode(String.self))
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

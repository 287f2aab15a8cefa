import HubCore

/// The members of a JSON object that came in, read by name and type. A member that is `null` counts as absent; unknown members
/// are passed over (agent protocol, section 12).
package struct Fields: Sendable {
    private let values: [String: JSONValue]
    /// What the document is called in error messages, such as `requires.`; empty for the document itself.
    private let prefix: String

    /// - Throws: ``WireFault`` if `json` is no object.
    package init(_ json: JSONValue, named name: String = "") throws(WireFault) {
        guard let members = json.members else {
            throw .kind(name.isEmpty ? "the body" : name, "an object", json.kindName)
        }
        values = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        prefix = name.isEmpty ? "" : name + "."
    }

    package func value(_ name: String) -> JSONValue? {
        guard let value = values[name], !value.isNull else { return nil }
        return value
    }

    /// The member as it came, `null` if it is absent.
    package func any(_ name: String) -> JSONValue { values[name] ?? .null }

    package func string(_ name: String) throws(WireFault) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw .kind(prefix + name, "a string", value.kindName) }
        return text
    }

    package func requiredString(_ name: String) throws(WireFault) -> String {
        guard let text = try string(name) else { throw .missing(prefix + name) }
        return text
    }

    package func bool(_ name: String) throws(WireFault) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.bool else { throw .kind(prefix + name, "true or false", value.kindName) }
        return flag
    }

    package func int(_ name: String) throws(WireFault) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.int else { throw .kind(prefix + name, "an integer", value.double == nil ? value.kindName : "that number") }
        return number
    }

    package func object(_ name: String) throws(WireFault) -> Fields? {
        guard let value = value(name) else { return nil }
        return try Fields(value, named: prefix + name)
    }

    package func array(_ name: String) throws(WireFault) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        guard let items = value.array else { throw .kind(prefix + name, "an array", value.kindName) }
        return items
    }

    /// An array of at most `limit` strings.
    package func strings(_ name: String, limit: Int = 1000) throws(WireFault) -> [String]? {
        guard let items = try array(name) else { return nil }
        guard items.count <= limit else { throw WireFault("\(prefix + name) has \(items.count) entries, \(limit) are allowed") }
        var strings: [String] = []
        for item in items {
            guard let text = item.string else { throw .kind("each entry of \(prefix + name)", "a string", item.kindName) }
            strings.append(text)
        }
        return strings
    }

    /// One of the words that `Word` lists.
    package func word<Word: RawRepresentable & CaseIterable>(_ name: String, _: Word.Type = Word.self) throws(WireFault) -> Word?
    where Word.RawValue == String {
        guard let text = try string(name) else { return nil }
        guard let word = Word(rawValue: text) else { throw .word(prefix + name, text, Word.self) }
        return word
    }
}

extension WireFault {
    /// A word that is none of those that `Word` lists.
    package static func word<Word: RawRepresentable & CaseIterable>(_ name: String, _ found: String, _: Word.Type) -> Self
    where Word.RawValue == String {
        Self("\(name) must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")), not \"\(found.prefix(40))\"")
    }
}

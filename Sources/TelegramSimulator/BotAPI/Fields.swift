/// Reads the members of a nested object one by one and refuses what nobody asked for.
struct Fields {
    private let name: String
    private var members: [String: JSON]

    init(_ value: JSON, of name: String) throws(World.Refusal) {
        guard let members = value.object else { throw .badRequest("object expected as \(name)") }
        self.name = name
        self.members = members
    }

    mutating func optional<Value>(_ key: String, _ kind: (JSON) -> Value?) throws(World.Refusal) -> Value? {
        guard let value = members.removeValue(forKey: key), value != .null else { return nil }
        guard let read = kind(value) else { throw .badRequest("field \"\(key)\" of \(name) has a wrong type") }
        return read
    }

    mutating func required<Value>(_ key: String, _ kind: (JSON) -> Value?) throws(World.Refusal) -> Value {
        guard let value = try optional(key, kind) else { throw .badRequest("field \"\(key)\" of \(name) must be specified") }
        return value
    }

    mutating func skip(_ key: String) { members[key] = nil }

    func finish() throws(World.Refusal) {
        if let stranger = members.keys.min() { throw .badRequest("unknown field \"\(stranger)\" of \(name)") }
    }
}

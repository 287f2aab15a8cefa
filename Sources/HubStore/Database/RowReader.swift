import HubCore

/// Takes a row's columns one after the other, in the order in which the statement names them.
package struct RowReader {
    private let row: SQLRow
    private var column = 0

    package init(_ row: SQLRow) {
        self.row = row
    }

    private mutating func next() throws(SQLFault) -> SQLValue {
        guard column < row.values.count else { throw .undecodable("a row of \(row.values.count) columns where more are needed") }
        defer { column += 1 }
        return row[column]
    }

    private func fault(_ expected: String) -> SQLFault { .undecodable("column \(column) is no \(expected)") }

    package mutating func optionalText() throws(SQLFault) -> String? {
        switch try next() {
        case .text(let text): text
        case .null: nil
        case .integer, .real, .blob: throw fault("text")
        }
    }

    package mutating func text() throws(SQLFault) -> String {
        guard let text = try optionalText() else { throw fault("text") }
        return text
    }

    package mutating func optionalInt() throws(SQLFault) -> Int64? {
        switch try next() {
        case .integer(let number): number
        case .null: nil
        case .text, .real, .blob: throw fault("integer")
        }
    }

    package mutating func int64() throws(SQLFault) -> Int64 {
        guard let number = try optionalInt() else { throw fault("integer") }
        return number
    }

    package mutating func int() throws(SQLFault) -> Int { Int(try int64()) }
    package mutating func bool() throws(SQLFault) -> Bool { try int64() != 0 }
    package mutating func optionalBool() throws(SQLFault) -> Bool? { try optionalInt().map { $0 != 0 } }
    package mutating func time() throws(SQLFault) -> Timestamp { Timestamp(milliseconds: try int64()) }
    package mutating func optionalTime() throws(SQLFault) -> Timestamp? { try optionalInt().map(Timestamp.init(milliseconds:)) }
    package mutating func id<Entity>(_: Entity.Type = Entity.self) throws(SQLFault) -> Identifier<Entity> { Identifier(stored: try text()) }
    package mutating func optionalID<Entity>(_: Entity.Type = Entity.self) throws(SQLFault) -> Identifier<Entity>? {
        try optionalText().map(Identifier.init(stored:))
    }

    package mutating func value<Value: RawRepresentable>(_: Value.Type = Value.self) throws(SQLFault) -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: try text()) else { throw fault("\(Value.self)") }
        return value
    }

    package mutating func optionalValue<Value: RawRepresentable>(_: Value.Type = Value.self) throws(SQLFault) -> Value?
    where Value.RawValue == String {
        guard let text = try optionalText() else { return nil }
        guard let value = Value(rawValue: text) else { throw fault("\(Value.self)") }
        return value
    }

    package mutating func json() throws(SQLFault) -> JSONValue {
        guard let value = try optionalJSON() else { throw fault("JSON") }
        return value
    }

    package mutating func optionalJSON() throws(SQLFault) -> JSONValue? {
        guard let text = try optionalText() else { return nil }
        do { return try JSONValue(parsing: text, maximumDepth: 2 * JSONValue.maximumDepth) } catch { throw fault("JSON: \(error)") }
    }

    package mutating func blob() throws(SQLFault) -> [UInt8] {
        guard case .blob(let bytes) = try next() else { throw fault("blob") }
        return bytes
    }
}

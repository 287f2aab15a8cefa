import HubCore

/// A statement with its arguments. Interpolation binds values and never pastes them:
///
///     let sql: SQL = "SELECT name FROM person WHERE id = \(id)"   // text: … id = $1
///
/// Placeholders are numbered in the order of their appearance, once each, so that SQLite and PostgreSQL read the same text.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    package private(set) var text: String
    package private(set) var arguments: [SQLValue]

    package init(stringLiteral value: String) {
        (text, arguments) = (value, [])
    }

    package init(stringInterpolation: StringInterpolation) {
        (text, arguments) = (stringInterpolation.text, stringInterpolation.arguments)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var arguments: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ value: some SQLRepresentable) {
            arguments.append(value.sqlValue)
            text += "$\(arguments.count)"
        }

        package mutating func appendInterpolation(_ value: (some SQLRepresentable)?) {
            arguments.append(value?.sqlValue ?? .null)
            text += "$\(arguments.count)"
        }

        /// `(1, 2, 3)` for `IN`; an empty list matches nothing.
        package mutating func appendInterpolation(list values: some Sequence<some SQLRepresentable>) {
            var separator = ""
            text += "("
            for value in values {
                text += separator
                appendInterpolation(value)
                separator = ", "
            }
            text += separator.isEmpty ? "NULL)" : ")"
        }

        /// Pastes a constant of ours, such as a list of columns.
        package mutating func appendInterpolation(raw text: StaticString) { self.text += text.description }

        /// Another statement's text and arguments.
        package mutating func appendInterpolation(_ fragment: SQL) {
            var rest = fragment.text[...]
            for argument in fragment.arguments {
                guard let mark = rest.firstIndex(of: "$") else { break }
                text += rest[..<mark]
                arguments.append(argument)
                text += "$\(arguments.count)"
                rest = rest[rest.index(after: mark)...].drop { $0.isNumber }
            }
            text += rest
        }
    }
}

/// What a column holds, in the types that both engines share.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

package protocol SQLRepresentable {
    var sqlValue: SQLValue { get }
}

extension String: SQLRepresentable { package var sqlValue: SQLValue { .text(self) } }
extension Int: SQLRepresentable { package var sqlValue: SQLValue { .integer(Int64(self)) } }
extension Int64: SQLRepresentable { package var sqlValue: SQLValue { .integer(self) } }
extension Bool: SQLRepresentable { package var sqlValue: SQLValue { .integer(self ? 1 : 0) } }
extension Timestamp: SQLRepresentable { package var sqlValue: SQLValue { .integer(milliseconds) } }
extension Identifier: SQLRepresentable { package var sqlValue: SQLValue { .text(text) } }
extension JSONValue: SQLRepresentable { package var sqlValue: SQLValue { .text(text) } }
extension Array: SQLRepresentable where Element == UInt8 { package var sqlValue: SQLValue { .blob(self) } }
extension SQLRepresentable where Self: RawRepresentable, RawValue == String {
    package var sqlValue: SQLValue { .text(rawValue) }
}
extension AgentTask.State: SQLRepresentable {}
extension AgentTask.Kind: SQLRepresentable {}
extension AgentTask.Event.Asker: SQLRepresentable {}
extension Dependency.Kind: SQLRepresentable {}
extension Intervention.State: SQLRepresentable {}
extension Intervention.Kind: SQLRepresentable {}
extension Server.State: SQLRepresentable {}
extension Role: SQLRepresentable {}
extension Event.Kind: SQLRepresentable {}
extension Channel: SQLRepresentable {}
extension Actor.Kind: SQLRepresentable {}

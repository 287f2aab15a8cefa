import HubCore

/// A statement with its arguments. Interpolation binds values and never pastes them:
///
///     let sql: SQL = "SELECT name FROM person WHERE id = \(id)"   // text: … id = $1
///
/// Placeholders are numbered in the order of their appearance, once each, so that SQLite and PostgreSQL read the same text.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    package let text: String
    package let arguments: [SQLValue]
    /// Where each argument's placeholder begins in `text`, in bytes of UTF-8.
    fileprivate let places: [Int]

    package init(stringLiteral value: String) {
        (text, arguments, places) = (value, [], [])
    }

    package init(stringInterpolation: StringInterpolation) {
        (text, arguments, places) = (stringInterpolation.text, stringInterpolation.arguments, stringInterpolation.places)
    }

    /// The placeholder of the argument with this number, from 1. Most statements have few.
    fileprivate static func placeholder(_ number: Int) -> String {
        number < firstPlaceholders.count ? firstPlaceholders[number] : "$\(number)"
    }

    private static let firstPlaceholders = (0..<64).map { "$\($0)" }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var arguments: [SQLValue] = []
        fileprivate var places: [Int] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            // What is pasted raw, such as a list of columns, comes on top.
            text.reserveCapacity(literalCapacity + 4 * interpolationCount + 256)
            arguments.reserveCapacity(interpolationCount)
            places.reserveCapacity(interpolationCount)
        }

        private mutating func paste(_ text: some StringProtocol) { self.text += text }

        private mutating func bind(_ value: SQLValue) {
            arguments.append(value)
            places.append(text.utf8.count)
            text += SQL.placeholder(arguments.count)
        }

        package mutating func appendLiteral(_ literal: String) { paste(literal) }

        package mutating func appendInterpolation(_ value: some SQLRepresentable) { bind(value.sqlValue) }

        package mutating func appendInterpolation(_ value: (some SQLRepresentable)?) { bind(value?.sqlValue ?? .null) }

        /// `(1, 2, 3)` for `IN`; an empty list matches nothing, whether it stands after `IN` or `NOT IN`.
        package mutating func appendInterpolation(list values: some Sequence<some SQLRepresentable>) {
            var separator = "("
            for value in values {
                paste(separator)
                bind(value.sqlValue)
                separator = ", "
            }
            paste(separator == "(" ? "(NULL)" : ")")
        }

        /// Pastes a constant of ours, such as a list of columns.
        package mutating func appendInterpolation(raw text: StaticString) { paste(text.description) }

        /// Another statement's text and arguments.
        package mutating func appendInterpolation(_ fragment: SQL) {
            let bytes = fragment.text.utf8
            var rest = bytes.startIndex
            for (index, place) in fragment.places.enumerated() {
                let end = bytes.index(bytes.startIndex, offsetBy: place)
                paste(fragment.text[rest..<end])
                bind(fragment.arguments[index])
                rest = bytes.index(end, offsetBy: SQL.placeholder(index + 1).utf8.count)
            }
            paste(fragment.text[rest...])
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
extension Session.State: SQLRepresentable {}
extension Push.Kind: SQLRepresentable {}
extension Role: SQLRepresentable {}
extension Event.Kind: SQLRepresentable {}
extension Channel: SQLRepresentable {}
extension Actor.Kind: SQLRepresentable {}

import HubStore

/// What every driver must do. A driver's tests hand in a factory of databases and run ``cases`` as arguments of one test:
///
///     @Test(arguments: DatabaseConformance.cases)
///     func conforms(_ each: DatabaseConformance.Case) async throws { try await each.run(on: emptyDatabase()) }
///
/// A case throws ``Violation`` where the driver, or a table on it, does otherwise.
package enum DatabaseConformance {
    package struct Case: Sendable, CustomStringConvertible {
        package let name: String
        private let body: @Sendable (any SQLDatabase) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (any SQLDatabase) async throws -> Void) {
            (self.name, self.body) = (name, body)
        }

        /// - Parameter database: empty: no table, no schema.
        package func run(on database: any SQLDatabase) async throws {
            try await body(database)
        }

        package var description: String { name }
    }

    package struct Violation: Error, CustomStringConvertible {
        package let description: String
    }

    package static let cases: [Case] =
        statements + transactions + signals + migrations + peopleTables + serverTables + taskTables + listings + graphTables + logTables
        + sessionTables
}

extension DatabaseConformance {
    static func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
        guard holds else { throw Violation(description: what()) }
    }

    static func requireEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ what: @autoclosure () -> String) throws {
        guard found == expected else { throw Violation(description: "\(what()): expected \(expected), found \(found)") }
    }

    /// - Returns: the fault that `body` throws.
    @discardableResult
    static func requireFault(_ what: String, _ body: () async throws -> Void) async throws -> SQLFault {
        do {
            try await body()
        } catch let fault as SQLFault {
            return fault
        } catch {
            throw Violation(description: "\(what): threw \(error), no SQLFault")
        }
        throw Violation(description: "\(what): threw nothing")
    }

    static func requireConstraint(_ kind: SQLFault.Constraint, _ what: String, _ body: () async throws -> Void) async throws {
        let fault = try await requireFault(what, body)
        guard case .constraint(kind, _) = fault else { throw Violation(description: "\(what): \(fault) is no \(kind)") }
    }
}

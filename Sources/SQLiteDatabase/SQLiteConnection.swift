import Foundation
import GRDB
import HubStore

/// GRDB's connection behind the statements of HubStore.
struct SQLiteConnection: SQLConnection {
    let database: Database
    var raised: Raised? = nil

    /// Collects the signals of one job; they go out if its transaction is committed.
    final class Raised {
        var signals: Set<String> = []
    }

    @discardableResult
    func execute(_ sql: HubStore.SQL) throws -> Int {
        do {
            let statement = try database.cachedStatement(sql: sql.text)
            try statement.execute(arguments: StatementArguments(sql.arguments.map { $0.databaseValue }))
            return database.changesCount
        } catch {
            throw SQLFault(error)
        }
    }

    func rows(_ sql: HubStore.SQL) throws -> [SQLRow] {
        do {
            let statement = try database.cachedStatement(sql: sql.text)
            var rows: [SQLRow] = []
            let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(sql.arguments.map { $0.databaseValue }))
            while let row = try cursor.next() {
                rows.append(SQLRow(row.databaseValues.map(SQLValue.init)))
            }
            return rows
        } catch {
            throw SQLFault(error)
        }
    }

    func raise(_ signal: String) {
        raised?.signals.insert(signal)
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .real(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob(Array(data))
        }
    }
}

extension SQLFault {
    init(_ error: any Error) {
        switch error {
        case let fault as SQLFault: self = fault
        case let error as DatabaseError:
            let detail = error.message ?? "\(error.extendedResultCode)"
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: self = .constraint(.unique, detail)
            case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .constraint(.foreignKey, detail)
            case .SQLITE_CONSTRAINT_CHECK: self = .constraint(.check, detail)
            case .SQLITE_CONSTRAINT_NOTNULL: self = .constraint(.notNull, detail)
            default: self = .failed(detail)
            }
        default: self = .failed("\(error)")
        }
    }
}

import GRDB
import HubStore

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

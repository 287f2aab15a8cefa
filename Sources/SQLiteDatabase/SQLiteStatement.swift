import GRDB
import GRDBSQLite
import HubStore

/// A prepared statement with its arguments bound, to be run once.
struct SQLiteStatement {
    private let database: Database
    private let handle: OpaquePointer

    init(_ sql: HubStore.SQL, in database: Database) throws(SQLFault) {
        try self.init(sql.text, in: database)
        try bind(sql.arguments)
    }

    /// Nothing is bound: to be followed by ``execute(for:)``.
    init(_ text: String, in database: Database) throws(SQLFault) {
        self.database = database
        do {
            handle = try database.cachedStatement(sql: text).sqliteStatement
        } catch {
            throw SQLFault(error)
        }
    }

    /// Runs once for each row of arguments. What two rows in a row have in common is bound once.
    func execute(for rows: [[SQLValue]]) throws(SQLFault) {
        defer { reset() }
        var bound: [SQLValue] = []
        for row in rows {
            if bound.isEmpty {
                try bind(row)
            } else {
                try checkCount(row)
                for index in row.indices where row[index] != bound[index] { try bind(row[index], at: Int32(index + 1)) }
            }
            bound = row
            while try step() {}
            // The bindings stay.
            sqlite3_reset(handle)
        }
    }

    private func checkCount(_ arguments: [SQLValue]) throws(SQLFault) {
        let count = Int(sqlite3_bind_parameter_count(handle))
        guard count == arguments.count else {
            throw .failed("a statement of \(count) parameters with \(arguments.count) arguments")
        }
    }

    private func bind(_ arguments: [SQLValue]) throws(SQLFault) {
        try checkCount(arguments)
        // Parameters are numbered in the order of their appearance, which is SQLite's own.
        for (index, argument) in arguments.enumerated() { try bind(argument, at: Int32(index + 1)) }
    }

    /// - Returns: how many rows were changed.
    func execute() throws(SQLFault) -> Int {
        defer { reset() }
        while try step() {}
        return Int(sqlite3_changes64(database.sqliteConnection))
    }

    func rows() throws(SQLFault) -> [SQLRow] {
        defer { reset() }
        var rows: [SQLRow] = []
        while try step() {
            let width = sqlite3_column_count(handle)
            rows.append(
                SQLRow(
                    Array(unsafeUninitializedCapacity: Int(width)) { buffer, count in
                        for column in 0..<width { buffer.initializeElement(at: Int(column), to: value(of: column)) }
                        count = Int(width)
                    }))
        }
        return rows
    }

    /// - Returns: whether there is a row.
    private func step() throws(SQLFault) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw fault()
        }
    }

    private func reset() {
        // Both repeat the fault of the last step, if anything, which has been reported.
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func bind(_ value: SQLValue, at index: Int32) throws(SQLFault) {
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(handle, index)
        case .integer(let number): code = sqlite3_bind_int64(handle, index, number)
        case .real(let number): code = sqlite3_bind_double(handle, index, number)
        case .text(""):
            // No bytes may have no address, and that would bind NULL.
            code = sqlite3_bind_text64(handle, index, "", 0, Self.copied, UInt8(SQLITE_UTF8))
        case .text(var text):
            code = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    // The length counts, not a NUL, so that no text is cut.
                    sqlite3_bind_text64(handle, index, $0.baseAddress, UInt64($0.count), Self.copied, UInt8(SQLITE_UTF8))
                }
            }
        case .blob([]): code = sqlite3_bind_zeroblob(handle, index, 0)
        case .blob(let bytes):
            code = bytes.withUnsafeBytes { sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), Self.copied) }
        }
        guard code == SQLITE_OK else {
            let failure = fault()
            reset()
            throw failure
        }
    }

    private func value(of column: Int32) -> SQLValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT:
            // The pointer first: it may convert, and the length is that of the converted text.
            let start = sqlite3_column_text(handle, column)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, column)
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))))
        default: return .null
        }
    }

    private func fault() -> SQLFault {
        let connection = database.sqliteConnection
        let code = ResultCode(rawValue: sqlite3_extended_errcode(connection))
        return SQLFault(DatabaseError(resultCode: code, message: sqlite3_errmsg(connection).map { String(cString: $0) }))
    }

    /// SQLite's `SQLITE_TRANSIENT`, a macro that Swift cannot import: SQLite copies what it is given.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

import Foundation
import SQLiteDatabase

/// Lends a directory of its own and removes it afterwards.
@discardableResult
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("hub-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
}

/// Lends an empty database in a file of its own.
@discardableResult
func withDatabase<Result>(_ body: (SQLiteDatabase) async throws -> Result) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let database = try SQLiteDatabase(path: directory + "/hub.db")
        let result = try await body(database)
        try database.close()
        return result
    }
}

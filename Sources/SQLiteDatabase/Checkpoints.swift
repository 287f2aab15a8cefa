import GRDB
import GRDBSQLite
import HubCore

/// Copies the log into the database file when it has become long, once those whose changes were committed know it: what is in the log is
/// on disk already. SQLite's own `wal_autocheckpoint` does the same inside the commit, which then takes longer.
final class Checkpoints: Sendable {
    /// How many pages of 4 KiB the log may have.
    static let limit = 4000

    private let loggedPages = Locked(0)

    /// The connection must not commit when this is gone.
    init(of database: Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue().loggedPages.withLock { $0 = Int(pages) }
                return SQLITE_OK
            }, context)
    }

    /// To be called outside of a transaction.
    func makeIfDue(on database: Database) {
        guard loggedPages.withLock({ $0 }) >= Self.limit else { return }
        // Where it fails, or readers still need the log, the next commit tries again.
        _ = sqlite3_wal_checkpoint_v2(database.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }
}

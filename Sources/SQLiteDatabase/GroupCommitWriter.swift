import GRDB
import HubCore
import HubStore

/// Commits many callers' changes together: whoever finds nobody draining the queue drains it. There is no timer; a batch is what
/// arrived while the one before was on its way to the disk.
final class GroupCommitWriter: Sendable {
    /// How many jobs share a commit at most, so that the first of them does not wait for ever.
    private static let batchLimit = 256

    private let pool: DatabasePool
    private let queue = Locked(Queue())
    private let committed: @Sendable (Set<String>) -> Void
    private let checkpoints: Checkpoints

    private struct Queue {
        var jobs: [Job] = []
        var isDraining = false
    }

    private struct Job: Sendable {
        /// Runs in a savepoint of its own, and says how to finish once the fate of the whole transaction is known.
        let run: @Sendable (Database, SQLiteConnection.Raised) -> Finish
        /// For a job that never ran, because the transaction did not begin.
        let fail: @Sendable (SQLFault) -> Void
    }
    /// Takes the fault of the commit, `nil` if it is on disk.
    private typealias Finish = @Sendable (SQLFault?) -> Void

    init(pool: DatabasePool, committed: @escaping @Sendable (Set<String>) -> Void) {
        (self.pool, self.committed) = (pool, committed)
        checkpoints = pool.writeWithoutTransaction { Checkpoints(of: $0) }
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let run: @Sendable (Database, SQLiteConnection.Raised) -> Finish = { database, raised in
                let result = Self.inSavepoint(of: database, raised, body)
                return { fault in
                    // A body that threw has changed nothing, whatever became of the batch.
                    if let fault, case .success = result {
                        continuation.resume(throwing: fault)
                    } else {
                        continuation.resume(with: result)
                    }
                }
            }
            submit(Job(run: run, fail: { continuation.resume(throwing: $0) }))
        }
    }

    private static func inSavepoint<Value>(
        of database: Database, _ raised: SQLiteConnection.Raised, _ body: (any SQLConnection) throws -> Value
    ) -> Result<Value, any Error> {
        let connection = SQLiteConnection(database: database, raised: SQLiteConnection.Raised())
        do {
            try connection.run("SAVEPOINT job")
            let value: Value
            do {
                value = try body(connection)
                try connection.run("RELEASE job")
            } catch {
                if database.isInsideTransaction {
                    try connection.run("ROLLBACK TO job")
                    try connection.run("RELEASE job")
                }
                throw error
            }
            raised.signals.formUnion(connection.raised?.signals ?? [])
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    var queuedJobs: Int { queue.withLock { $0.jobs.count } }

    private func submit(_ job: Job) {
        let isFirst = queue.withLock { queue in
            queue.jobs.append(job)
            defer { queue.isDraining = true }
            return !queue.isDraining
        }
        if isFirst { drain() }
    }

    private func drain() {
        pool.asyncWriteWithoutTransaction { [self] database in
            let jobs = queue.withLock { queue in
                let batch = Array(queue.jobs.prefix(Self.batchLimit))
                queue.jobs.removeFirst(batch.count)
                return batch
            }
            let left = commit(jobs, on: database)
            let hasMore = queue.withLock { queue in
                queue.jobs.insert(contentsOf: left, at: 0)
                queue.isDraining = !queue.jobs.isEmpty
                return queue.isDraining
            }
            if hasMore { drain() }
        }
    }

    /// Runs the jobs in one transaction, and tells each its fate.
    ///
    /// - Returns: the jobs that did not run, because SQLite gave the transaction up before their turn. At least one did run.
    private func commit(_ jobs: [Job], on database: Database) -> ArraySlice<Job> {
        let connection = SQLiteConnection(database: database)
        do {
            try connection.run("BEGIN IMMEDIATE")
        } catch {
            for job in jobs { job.fail(error) }
            return []
        }
        let raised = SQLiteConnection.Raised()
        var finishes: [Finish] = []
        for job in jobs {
            finishes.append(job.run(database, raised))
            // A full disk and the like end the whole transaction. What follows must not run outside of one.
            if !database.isInsideTransaction { break }
        }
        let fault = end(connection)
        if fault == nil { committed(raised.signals) }
        for finish in finishes { finish(fault) }
        checkpoints.makeIfDue(on: database)
        return jobs.dropFirst(finishes.count)
    }

    /// Commits. On a fault nothing of the transaction is left.
    private func end(_ connection: SQLiteConnection) -> SQLFault? {
        guard connection.database.isInsideTransaction else {
            return .failed("a change that was to be committed together with this one made SQLite give up the transaction")
        }
        do {
            try connection.run("COMMIT")
            return nil
        } catch {
            // Where SQLite has rolled back by itself there is nothing to do, and a rollback cannot fail otherwise.
            if connection.database.isInsideTransaction { _ = try? connection.run("ROLLBACK") }
            return error
        }
    }
}

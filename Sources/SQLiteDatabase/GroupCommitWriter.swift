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
        let own = SQLiteConnection.Raised()
        var result: Result<Value, any Error> = .failure(SQLFault.failed("the savepoint did not begin"))
        do {
            try database.inSavepoint {
                result = Result { try body(SQLiteConnection(database: database, raised: own)) }
                if case .success = result { return .commit }
                return .rollback
            }
        } catch {
            return .failure(SQLFault(error))
        }
        if case .success = result { raised.signals.formUnion(own.signals) }
        return result
    }

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
            let raised = SQLiteConnection.Raised()
            var finishes: [Finish] = []
            var fault: SQLFault?
            do {
                try database.inTransaction(.immediate) {
                    for job in jobs { finishes.append(job.run(database, raised)) }
                    return .commit
                }
            } catch {
                let failure = SQLFault(error)
                fault = failure
                for job in jobs.dropFirst(finishes.count) { job.fail(failure) }
            }
            if fault == nil { committed(raised.signals) }
            for finish in finishes { finish(fault) }
            let hasMore = queue.withLock { queue in
                queue.isDraining = !queue.jobs.isEmpty
                return queue.isDraining
            }
            if hasMore { drain() }
        }
    }
}

import Foundation

/// Runs what blocks on a thread of its own: async code has as few threads as the machine has cores, and whoever holds one of them
/// holds up every test that runs at the same time.
package enum OffPool {
    /// What `body` returns or throws. It cannot be cancelled.
    package static func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }
}

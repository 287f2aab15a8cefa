import Dispatch

/// Where work happens that waits for a disk: on a thread that is not the cooperative pool's, and in order. What an actor asks for
/// stands in the queue before the actor does anything else, so its calls are done in the order of its calls.
enum Disk {
    private static let queue = DispatchQueue(label: "orchestratia.disk")

    nonisolated(nonsending) static func perform<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    nonisolated(nonsending) static func read(_ path: String, limit: Int = 16 << 20) async -> [UInt8]? {
        // A file that cannot be read is one that is not there.
        try? await perform { PrivateFile.read(path, limit: limit) }
    }
}

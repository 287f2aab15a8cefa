import Dispatch

/// Where work happens that waits for a disk: in order, on a thread that is not the cooperative pool's.
enum Disk {
    private static let queue = DispatchQueue(label: "orchestratia.disk")

    static func perform<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    static func read(_ path: String, limit: Int = 16 << 20) async -> [UInt8]? {
        // A file that cannot be read is one that is not there.
        try? await perform { PrivateFile.read(path, limit: limit) }
    }
}

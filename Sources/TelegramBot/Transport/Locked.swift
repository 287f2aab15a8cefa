import Foundation

/// A value behind a lock. The lock is a pthread mutex, which the thread sanitizer understands.
///
/// Unchecked, because the compiler cannot see that `value` is read and written only while `lock` is held.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

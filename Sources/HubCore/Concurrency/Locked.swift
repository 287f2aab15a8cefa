import Foundation

/// A value behind a lock, for a field or two. Backed by a pthread mutex, which the thread sanitizer understands.
///
/// `@unchecked Sendable`: `value` is touched only inside ``withLock(_:)``.
package final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
    }

    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

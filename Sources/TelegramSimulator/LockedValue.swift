import Foundation

/// A value behind a lock.
///
/// `@unchecked Sendable`: `value` is only read and written while `lock` is held.
final class LockedValue<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func get() -> Value { lock.withLock { value } }
    func set(_ value: Value) { lock.withLock { self.value = value } }
}

import Foundation

/// Holds other processes off a ledger. The kernel lets go of it when the process ends, however it ends.
struct LedgerLock: Sendable {
    private let descriptor: Int32

    /// Waits until nobody else has it, without blocking a thread.
    ///
    /// - Returns: `nil` where there can be none: then nobody else finds the ledger either.
    static func take(_ path: String) async -> LedgerLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                close(descriptor)
                return nil
            }
            // Cancelled or not, it is waited for: what follows must not run beside others.
            try? await Task.sleep(for: .milliseconds(20))
        }
        return LedgerLock(descriptor: descriptor)
    }

    func release() { close(descriptor) }
}

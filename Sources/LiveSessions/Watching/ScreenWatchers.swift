/// Those who want to know that one terminal's screen has changed, for good or for once.
struct ScreenWatchers {
    private var shownVersion: UInt64 = 0
    private var streams: [Int: AsyncStream<ScreenChange>.Continuation] = [:]
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var lastNumber = 0

    /// A number for the next watcher.
    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    mutating func add(_ stream: AsyncStream<ScreenChange>.Continuation, as number: Int) {
        streams[number] = stream
    }

    mutating func removeStream(_ number: Int) {
        streams[number] = nil
    }

    /// Resumed at the next change, or by ``wake(_:)``.
    mutating func add(_ waiter: CheckedContinuation<Void, Never>, as number: Int) {
        waiters[number] = waiter
    }

    mutating func wake(_ number: Int) {
        waiters.removeValue(forKey: number)?.resume()
    }

    /// Tells everybody, unless they know this version.
    mutating func announce(_ version: UInt64) {
        guard version != shownVersion else { return }
        shownVersion = version
        for stream in streams.values { stream.yield(.changed) }
        wakeAll()
    }

    mutating func end() {
        for stream in streams.values {
            stream.yield(.ended)
            stream.finish()
        }
        streams = [:]
        wakeAll()
    }

    private mutating func wakeAll() {
        for waiter in waiters.values { waiter.resume() }
        waiters = [:]
    }
}

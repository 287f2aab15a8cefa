import HubCore

/// One watcher's queue. Bounded: whoever does not keep up gets the screen as it is then, marked as a skip.
package final class ByteSubscription: Sendable {
    /// Most bytes that wait for the watcher.
    static let limit = 1 << 20

    private struct State {
        var events: [OutputEvent] = []
        var count = 0
        var needsRepaint: Bool
        var isSkip = false
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?

        mutating func take(upTo limit: Int) -> [OutputEvent] {
            var (taken, bytes) = (0, 0)
            for event in events {
                var size = 0
                if case .output(let chunk) = event { size = chunk.bytes.count }
                guard taken == 0 || bytes + size <= limit && limit > 0 else { break }
                taken += 1
                bytes += size
            }
            count -= bytes
            defer { events.removeFirst(taken) }
            return Array(events.prefix(taken))
        }

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }

    private let state: Locked<State>
    private let repaint: @Sendable (ByteSubscription) async -> Void

    /// - Parameter repaint: puts a fresh screen into the subscription by ``begin(_:with:)``.
    init(events: [OutputEvent], needsRepaint: Bool, isSkip: Bool, repaint: @escaping @Sendable (ByteSubscription) async -> Void) {
        state = Locked(State(events: events, needsRepaint: needsRepaint, isSkip: isSkip))
        self.repaint = repaint
    }

    /// For one task at a time. `nil` behind ``OutputEvent/ended``, or when the task is cancelled.
    package func next() async -> OutputEvent? { await next(upTo: 0)?.first }

    /// The same with all that waits, at least one event and output of no more than `limit` bytes besides that.
    package func next(upTo limit: Int) async -> [OutputEvent]? {
        while !Task.isCancelled {
            let (events, needsRepaint, isOver) = state.withLock { state in
                if state.needsRepaint { return ([] as [OutputEvent], true, false) }
                guard !state.events.isEmpty else { return ([], false, state.isOver) }
                return (state.take(upTo: limit), false, false)
            }
            if !events.isEmpty { return events }
            if isOver { return nil }
            if needsRepaint { await repaint(self) } else { await wait() }
        }
        return nil
    }

    var isSkip: Bool { state.withLock { $0.isSkip } }

    /// A fresh start: what waited is dropped.
    func begin(with repaint: OutputEvent.Repaint) {
        let waiter = state.withLock { state in
            let isEnding = state.events.contains { if case .ended = $0 { true } else { false } }
            (state.events, state.count, state.needsRepaint, state.isSkip) = ([.repaint(repaint)], 0, false, false)
            if isEnding { state.events.append(.ended) }
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    func add(_ event: OutputEvent) {
        let waiter = state.withLock { state in
            guard !state.isOver else { return nil as CheckedContinuation<Void, Never>? }
            switch event {
            case .output(let chunk):
                guard !state.needsRepaint else { return nil }
                state.count += chunk.bytes.count
                guard state.count <= Self.limit else {
                    (state.events, state.count, state.needsRepaint, state.isSkip) = ([], 0, true, true)
                    return state.takeWaiter()
                }
            case .repaint, .resized: break
            case .ended: state.isOver = true
            }
            state.events.append(event)
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Output is missing: the next thing the watcher gets is the screen.
    func skip() {
        let waiter = state.withLock { state in
            guard !state.isOver else { return nil as CheckedContinuation<Void, Never>? }
            (state.events, state.count, state.needsRepaint, state.isSkip) = ([], 0, true, true)
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustGo = state.withLock { state in
                    guard state.events.isEmpty, !state.needsRepaint, !state.isOver, !Task.isCancelled else { return true }
                    state.waiter = continuation
                    return false
                }
                if mustGo { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeWaiter() }?.resume()
        }
    }
}

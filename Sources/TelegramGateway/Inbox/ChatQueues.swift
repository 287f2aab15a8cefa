import HubCore

/// Handles what belongs to one chat in order, and chats beside each other, a bounded number at a time.
final class ChatQueues<Element: Sendable>: Sendable {
    enum Outcome: Sendable {
        case done
        /// Nothing came of it: again after this time. Only this chat waits.
        case again(after: Duration)
    }

    private struct State {
        var queues: [Int64: Fifo<Element>] = [:]
        /// Chats with something to do that nobody works on.
        var ready = Fifo<Int64>()
        var workers = 0
        var isStopping = false
        var whenIdle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())
    private let workerLimit: Int
    private let handle: @Sendable (Element) async -> Outcome

    init(workerLimit: Int, handle: @escaping @Sendable (Element) async -> Outcome) {
        (self.workerLimit, self.handle) = (workerLimit, handle)
    }

    var count: Int { state.withLock { $0.queues.values.reduce(0) { $0 + $1.count } } }

    func add(_ elements: [(chat: Int64, element: Element)]) {
        let starting = state.withLock { state -> Int in
            for (chat, element) in elements {
                if state.queues[chat] == nil {
                    state.queues[chat] = Fifo()
                    state.ready.append(chat)
                }
                state.queues[chat]?.append(element)
            }
            return Self.newWorkers(&state, limit: workerLimit)
        }
        start(starting)
    }

    /// Lets what is in hand end, and begins nothing more.
    func stop() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isStopping = true
                if state.workers > 0 { state.whenIdle.append(continuation) }
                return state.workers == 0
            }
            if isIdle { continuation.resume() }
        }
    }

    private static func newWorkers(_ state: inout State, limit: Int) -> Int {
        guard !state.isStopping else { return 0 }
        let count = max(0, min(limit - state.workers, state.ready.count))
        state.workers += count
        return count
    }

    private func start(_ count: Int) {
        for _ in 0..<count { Task { await work() } }
    }

    private func work() async {
        while let (chat, element) = take() {
            switch await handle(element) {
            case .done: finish(chat)
            case .again(let wait):
                // The chat keeps its place and its order; a fault of the database is rare enough for a task of its own.
                Task {
                    // Woken early it tries again early.
                    try? await Task.sleep(for: wait)
                    putBack(chat)
                }
            }
        }
    }

    /// The first element of the next chat; it stays in its queue until it is done.
    private func take() -> (Int64, Element)? {
        let (found, idle) = state.withLock { state -> ((Int64, Element)?, [CheckedContinuation<Void, Never>]) in
            if !state.isStopping {
                while let chat = state.ready.popFirst() {
                    if let element = state.queues[chat]?.first { return ((chat, element), []) }
                }
            }
            state.workers -= 1
            guard state.workers == 0 else { return (nil, []) }
            defer { state.whenIdle = [] }
            return (nil, state.whenIdle)
        }
        for continuation in idle { continuation.resume() }
        return found
    }

    private func finish(_ chat: Int64) {
        state.withLock { state in
            _ = state.queues[chat]?.popFirst()
            if state.queues[chat]?.isEmpty ?? true { state.queues[chat] = nil } else { state.ready.append(chat) }
        }
    }

    private func putBack(_ chat: Int64) {
        let starting = state.withLock { state -> Int in
            state.ready.append(chat)
            return Self.newWorkers(&state, limit: workerLimit)
        }
        start(starting)
    }
}

/// A queue; both ends in constant time on average.
struct Fifo<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        defer {
            elements[head] = nil
            head += 1
            if head > 32, head * 2 > elements.count {
                elements.removeFirst(head)
                head = 0
            }
        }
        return elements[head]
    }
}

extension Fifo: Sendable where Element: Sendable {}

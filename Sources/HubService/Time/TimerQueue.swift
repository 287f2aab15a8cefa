import HubCore

/// All that the hub must look at later, in one heap: what is due soonest lies on top.
package final class TimerQueue: Sendable {
    package enum Timer: Hashable, Sendable {
        /// Has this server been heard from?
        case silence(Server.ID)
        /// Is this server still gone, so that its work goes back?
        case lease(Server.ID)
        /// Has this session started, or is its task done?
        case session(Session.ID)
        /// Does this task still wait for a person, as it has since then?
        case reminder(AgentTask.ID, since: Timestamp)
        /// Has this question been answered?
        case answer(Intervention.ID)
        /// Is this task tried again?
        case retry(AgentTask.ID)
        /// Is it time for what this schedule holds?
        case schedule(Schedule.ID)
        /// Has a day begun, on which may be spent again?
        case spendingDay
        /// Forget what nobody can ask for any more.
        case cleanUp
    }

    private struct State {
        var heap = Heap<Entry>()
        var waker: AsyncStream<Void>.Continuation?
    }

    private struct Entry: Comparable, Sendable {
        let due: Timestamp
        let order: Int
        let timer: Timer
        static func < (a: Self, b: Self) -> Bool { (a.due, a.order) < (b.due, b.order) }
    }

    private let state = Locked((state: State(), order: 0))

    package init() {}

    package func add(_ timer: Timer, due: Timestamp) {
        let waker = state.withLock { box in
            box.order += 1
            box.state.heap.insert(Entry(due: due, order: box.order, timer: timer))
            return box.state.heap.first?.timer == timer ? box.state.waker : nil
        }
        waker?.yield()
    }

    /// Calls `fire` for each timer when it is due, until the task is cancelled. To be run once at a time.
    package func run(clock: some HubClock, fire: @Sendable (Timer) async -> Void) async {
        while !Task.isCancelled {
            if let due = takeDue(at: clock.now()) {
                await fire(due)
            } else {
                await waitForChange(clock: clock)
            }
        }
    }

    private func takeDue(at now: Timestamp) -> Timer? {
        state.withLock { box in
            guard let first = box.state.heap.first, first.due <= now else { return nil }
            return box.state.heap.removeFirst()?.timer
        }
    }

    /// Returns when the first timer may be due, or another has become the first.
    private func waitForChange(clock: some HubClock) async {
        // One stream for each wait: a stream whose reader was cancelled has ended for good.
        let (changes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let next = state.withLock { box in
            box.state.waker = waker
            return box.state.heap.first?.due
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { return } }
            if let next {
                // Cancelled as soon as the heap changes, which is all that an error here can mean.
                group.addTask { try? await clock.sleep(until: next) }
            }
            await group.next()
            group.cancelAll()
        }
    }
}

/// A binary heap with the smallest element on top.
struct Heap<Element: Comparable & Sendable>: Sendable {
    private var elements: [Element] = []

    var first: Element? { elements.first }

    mutating func insert(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0, elements[child] < elements[(child - 1) / 2] {
            elements.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> Element? {
        guard !elements.isEmpty else { return nil }
        elements.swapAt(0, elements.count - 1)
        let removed = elements.removeLast()
        var parent = 0
        while true {
            let (left, right) = (2 * parent + 1, 2 * parent + 2)
            var least = parent
            if left < elements.count, elements[left] < elements[least] { least = left }
            if right < elements.count, elements[right] < elements[least] { least = right }
            guard least != parent else { return removed }
            elements.swapAt(parent, least)
            parent = least
        }
    }
}

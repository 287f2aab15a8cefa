import Foundation

/// What the open pages are told, as numbered events, so that one that reconnects can go on where it was.
struct PageFeed {
    struct Event: Sendable {
        let number: Int
        let text: String
    }

    private static let kept = 500
    /// Tells events of this process from those of an earlier one.
    private let epoch = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    private var last = 0
    private var events: [Event] = []
    private var subscribers: [Int: AsyncStream<String>.Continuation] = [:]

    mutating func subscribe(_ ticket: Int, after lastEventID: String?, world: World) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingOldest(1000))
        let parts = (lastEventID ?? "").split(separator: "-")
        if parts.count == 2, parts[0] == epoch, let seen = Int(parts[1]), let first = events.first, seen >= first.number - 1, seen <= last {
            for event in events where event.number > seen { continuation.yield(event.text) }
        } else {
            continuation.yield(text(["type": "state", "state": world.pageState()], number: last))
        }
        subscribers[ticket] = continuation
        return stream
    }

    mutating func unsubscribe(_ ticket: Int) { subscribers.removeValue(forKey: ticket)?.finish() }

    mutating func finish() {
        for subscriber in subscribers.values { subscriber.finish() }
        subscribers = [:]
    }

    mutating func publish(_ changes: [World.Change], of world: World) {
        guard !subscribers.isEmpty || !events.isEmpty else { return }
        for value in changes.compactMap(world.pageEvent) {
            last += 1
            let event = Event(number: last, text: text(value, number: last))
            events.append(event)
            for (ticket, subscriber) in subscribers {
                // A page that does not keep up is cut off; it comes back and continues.
                if case .dropped = subscriber.yield(event.text) { unsubscribe(ticket) }
            }
        }
        if events.count > 2 * Self.kept { events.removeFirst(events.count - Self.kept) }
    }

    private func text(_ value: JSON, number: Int) -> String { "id: \(epoch)-\(number)\ndata: \(value)\n\n" }
}

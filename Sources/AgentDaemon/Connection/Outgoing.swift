import HubCore
import WireProtocol

/// What waits to be sent over the one connection: messages in their order, and sessions with output, each in its turn.
final class Outgoing: Sendable {
    enum Work: Sendable {
        case frame(DaemonFrame)
        case output(of: String)
        /// There is no connection any more.
        case end
    }

    private struct State {
        var isOpen = false
        var giveUp: (@Sendable () -> Void)?
        var frames: [DaemonFrame] = []
        var first = 0
        var sessions: [String] = []
        var marked: Set<String> = []
        var consumer: CheckedContinuation<Work, Never>?
        var senders: [CheckedContinuation<Void, Never>] = []

        var count: Int { frames.count - first }

        mutating func next() -> Work? {
            if first < frames.count {
                let frame = frames[first]
                first += 1
                if first > 256 || first == frames.count {
                    frames.removeFirst(first)
                    first = 0
                }
                return .frame(frame)
            }
            guard !sessions.isEmpty else { return isOpen ? nil : .end }
            let session = sessions.removeFirst()
            marked.remove(session)
            return .output(of: session)
        }
    }

    /// Messages that wait before ``sendWaiting(_:)`` does.
    private static let comfortable = 64
    /// Messages that wait before the connection is given up as too slow.
    static let maximum = 20_000
    private let state = Locked(State())

    /// - Parameter giveUp: called once, when more waits than may, so that the caller ends the connection. Nothing is taken any more then:
    ///   a message left out in between would never be missed.
    func open(giveUp: @escaping @Sendable () -> Void) { state.withLock { ($0.isOpen, $0.giveUp) = (true, giveUp) } }

    /// Drops everything: what must not be lost is in the report spool, or in the rings.
    func close() {
        let (consumer, senders) = state.withLock { state in
            let waiting = (state.consumer, state.senders)
            state = State()
            return waiting
        }
        consumer?.resume(returning: .end)
        for sender in senders { sender.resume() }
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// - Returns: whether it will be sent; not without a connection.
    @discardableResult func send(_ message: DaemonMessage, reportNumber: Int64? = nil) -> Bool {
        let (isTaken, delivery, giveUp): (Bool, Delivery?, (@Sendable () -> Void)?) = state.withLock { state in
            guard state.isOpen else { return (false, nil, nil) }
            guard state.count < Self.maximum else {
                state.isOpen = false
                (state.frames, state.first, state.sessions, state.marked) = ([], 0, [], [])
                return (false, nil, state.giveUp)
            }
            state.frames.append(DaemonFrame(message, reportNumber: reportNumber))
            return (true, Self.delivery(&state), nil)
        }
        delivery?.perform()
        giveUp?()
        return isTaken
    }

    /// The same for masses of messages: waits while many wait.
    func sendWaiting(_ message: DaemonMessage) async -> Bool {
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                guard state.isOpen, state.count >= Self.comfortable else { return false }
                state.senders.append(continuation)
                return true
            }
            if !mustWait { continuation.resume() }
        }
        return send(message)
    }

    /// There is output of this session that may be sent.
    func mark(_ session: String) {
        let delivery = state.withLock { state -> Delivery? in
            guard state.isOpen, state.marked.insert(session).inserted else { return nil }
            state.sessions.append(session)
            return Self.delivery(&state)
        }
        delivery?.perform()
    }

    /// What is to be sent next; for one consumer.
    func next() async -> Work {
        let (work, senders) = await withTaskCancellationHandler {
            let work = await withCheckedContinuation { continuation in
                let work = state.withLock { state -> Work? in
                    if let work = state.next() { return work }
                    if Task.isCancelled { return .end }
                    state.consumer = continuation
                    return nil
                }
                if let work { continuation.resume(returning: work) }
            }
            let senders = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                guard state.count < Self.comfortable / 2 else { return [] }
                defer { state.senders = [] }
                return state.senders
            }
            return (work, senders)
        } onCancel: {
            take()?.resume(returning: .end)
        }
        for sender in senders { sender.resume() }
        return work
    }

    private struct Delivery {
        let consumer: CheckedContinuation<Work, Never>
        let work: Work
        func perform() { consumer.resume(returning: work) }
    }

    private static func delivery(_ state: inout State) -> Delivery? {
        guard let consumer = state.consumer, let work = state.next() else { return nil }
        state.consumer = nil
        return Delivery(consumer: consumer, work: work)
    }

    private func take() -> CheckedContinuation<Work, Never>? {
        state.withLock { state in
            defer { state.consumer = nil }
            return state.consumer
        }
    }
}

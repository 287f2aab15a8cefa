import HubCore
import HubService
import LiveSessions
import Logging
import WebSocket
import WireProtocol

/// One server's open connection, after its authentication.
final class AgentConnection: AgentLink {
    let server: Server
    let features: Set<ClientFeature>
    let connection: WebSocketConnection
    let outbound: OutboundQueue
    let log: Logger
    private let state = Locked(State())

    private struct State {
        /// Sessions by the name that the daemon uses; `nil` for names that are none of ours.
        var names: [String: Session.ID?] = [:]
        /// The terminals that were reported or made on this connection.
        var present: Set<Session.ID> = []
        var lastReportAt = ContinuousClock.now
        var hasReported = false
        var isSettled = false
        /// Sessions whose program is being started: nothing else is typed into them meanwhile.
        var launching: Set<Session.ID> = []
        var delivery = Delivery.waiting(isRung: false)
        var listener: Doorbell.Listener?
        var jobs: [Int: Task<Void, Never>] = [:]
        var lastJob = 0
        var isEnding = false
        var isFinished = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Whether the server's pushes are being sent.
    private enum Delivery {
        /// It has not been welcomed.
        case waiting(isRung: Bool)
        case idle
        case running(isRung: Bool)
    }

    init(_ server: Server, _ features: Set<ClientFeature>, _ connection: WebSocketConnection, log: Logger) {
        (self.server, self.features, self.connection, self.log) = (server, features, connection, log)
        outbound = OutboundQueue(connection)
    }

    // MARK: Work

    /// Begins work that ends with the connection. Tasks for it exist only while there is something to do, so that an idle connection
    /// costs the one that reads from it.
    func add(_ job: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard !state.isEnding else { return }
            state.lastJob += 1
            let number = state.lastJob
            // Owned by `state`; awaited at the connection's end.
            state.jobs[number] = Task {
                await job()
                self.state.withLock { _ = $0.jobs.removeValue(forKey: number) }
            }
        }
    }

    /// Cancels what is under way, and returns when it has ended.
    func endJobs() async {
        let jobs = state.withLock { state in
            state.isEnding = true
            return Array(state.jobs.values)
        }
        for job in jobs { job.cancel() }
        for job in jobs { await job.value }
    }

    // MARK: Pushes

    /// Who hears that there is something to deliver.
    var listener: Doorbell.Listener? {
        get { state.withLock { $0.listener } }
        set { state.withLock { $0.listener = newValue } }
    }

    /// There may be something to deliver.
    ///
    /// - Returns: whether somebody must begin with it.
    func noteRing() -> Bool {
        state.withLock { state in
            switch state.delivery {
            case .waiting: state.delivery = .waiting(isRung: true)
            case .running: state.delivery = .running(isRung: true)
            case .idle:
                state.delivery = .running(isRung: false)
                return true
            }
            return false
        }
    }

    /// The server may be told things from now on.
    ///
    /// - Returns: whether there may be something already, and somebody must begin with it.
    func openDelivery() -> Bool {
        state.withLock { state in
            guard case .waiting(let isRung) = state.delivery else { return false }
            state.delivery = isRung ? .running(isRung: false) : .idle
            return isRung
        }
    }

    /// A round of deliveries has ended.
    ///
    /// - Returns: whether another is due.
    func endRound() -> Bool {
        state.withLock { state in
            guard case .running(isRung: true) = state.delivery else {
                state.delivery = .idle
                return false
            }
            state.delivery = .running(isRung: false)
            return true
        }
    }

    var abilities: AgentAbilities {
        AgentAbilities(numbersOutput: features.contains(.offsets), takesCredit: features.contains(.credit))
    }

    // MARK: Sending

    @discardableResult
    func send(_ message: HubMessage) -> Bool {
        do {
            return outbound.add(try HubFrame(message).encoded())
        } catch {
            log.error("a message was too large to be sent", metadata: ["type": "\(message.type)", "error": "\(error)"])
            return false
        }
    }

    func send(_ order: TerminalOrder, to session: Session.ID) -> Bool {
        switch order {
        case .input(let bytes):
            // Installed clients read at most 1 MiB in a message, base64 and all.
            var rest = bytes[...]
            while rest.count > Self.longestInput {
                guard send(.sessionInput(session: session.text, bytes: Array(rest.prefix(Self.longestInput)))) else { return false }
                rest = rest.dropFirst(Self.longestInput)
            }
            return send(.sessionInput(session: session.text, bytes: Array(rest)))
        case .resize(let size): return send(.sessionResize(session: session.text, columns: size.columns, rows: size.rows))
        case .replay(let from): return send(.sessionReplay(session: session.text, from: from))
        case .credit(let until): return send(.sessionCredit(session: session.text, until: until))
        }
    }

    private static let longestInput = 512 << 10

    // MARK: Names

    /// `nil`: not looked up yet.
    func session(named name: String) -> Session.ID?? { state.withLock { $0.names[name] } }

    func name(_ name: String, _ session: Session.ID?) {
        state.withLock { state in
            // Only a peer that makes up names gets here.
            if state.names.count >= 10_000 { state.names = state.names.filter { $0.value != nil } }
            if state.names.count < 20_000 { state.names[name] = .some(session) }
        }
    }

    // MARK: What is there

    func notePresent(_ session: Session.ID) {
        state.withLock { state in
            state.present.insert(session)
            state.lastReportAt = .now
        }
    }

    func noteReport() { state.withLock { $0.lastReportAt = .now } }
    func noteAllReported() { state.withLock { $0.hasReported = true } }

    var present: Set<Session.ID> { state.withLock { $0.present } }

    /// How long the daemon has to be quiet yet until it counts as having said all that there is.
    func reportsExpected(quiet: Duration) -> Duration {
        state.withLock { $0.hasReported ? .zero : max(.zero, quiet - (ContinuousClock.now - $0.lastReportAt)) }
    }

    /// - Returns: `true` once: whoever gets it settles what the daemon did not report.
    func beginSettling() -> Bool {
        state.withLock { state in
            defer { state.isSettled = true }
            return !state.isSettled
        }
    }

    // MARK: Launching

    func beginLaunch(of session: Session.ID) { state.withLock { _ = $0.launching.insert(session) } }
    func endLaunch(of session: Session.ID) { state.withLock { _ = $0.launching.remove(session) } }
    var launching: Set<Session.ID> { state.withLock { $0.launching } }

    // MARK: The end

    func finish() {
        outbound.close()
        let waiters = state.withLock { state in
            state.isFinished = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once nothing of this connection is under way.
    func waitUntilFinished() async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished { state.waiters.append(continuation) }
                return state.isFinished
            }
            if isFinished { continuation.resume() }
        }
    }
}

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
    let outbound = OutboundQueue()
    let log: Logger
    /// Work that lives as long as the connection; it ends when the connection does.
    let jobs: AsyncStream<@Sendable () async -> Void>
    private let addingJobs: AsyncStream<@Sendable () async -> Void>.Continuation
    private let state = Locked(State())

    private struct State {
        /// Sessions by the name that the daemon uses; `nil` for names that are none of ours.
        var names: [String: Session.ID?] = [:]
        /// The terminals that were reported or made on this connection.
        var present: Set<Session.ID> = []
        var lastReportAt = ContinuousClock.now
        var hasReported = false
        /// Sessions whose program is being started: nothing else is typed into them meanwhile.
        var launching: Set<Session.ID> = []
        var isFinished = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    init(_ server: Server, _ features: Set<ClientFeature>, _ connection: WebSocketConnection, log: Logger) {
        (self.server, self.features, self.connection, self.log) = (server, features, connection, log)
        (jobs, addingJobs) = AsyncStream.makeStream()
    }

    func add(_ job: @escaping @Sendable () async -> Void) { addingJobs.yield(job) }

    /// The connection is of no more use.
    func stop() { addingJobs.finish() }

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

    /// Whether the daemon has said all that there is, or has been quiet about it long enough.
    func hasReported(quiet: Duration) -> Bool {
        state.withLock { $0.hasReported || ContinuousClock.now - $0.lastReportAt >= quiet }
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

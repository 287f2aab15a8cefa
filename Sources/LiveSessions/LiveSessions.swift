import HubCore
import HubService
import HubStore
import Logging
import Terminal

/// The one owner of every live terminal on the hub: what each shows, who watches it, and the way into it.
///
/// Every session has a lock and an actor of its own, and bounded memory; nothing here waits for one on behalf of another. ``run()``
/// does the work: without it, output that comes in stays where it is.
package final class LiveSessions: Sendable {
    /// Sessions that are over and still held, so that their last screen is at hand; older ones are read from their recordings.
    private static let maximumEnded = 64
    /// More terminals than this are not watched: a server that makes up sessions costs no more.
    private static let maximumLive = 5000

    /// What a client with credit may send of a new session before it is granted more, in bytes.
    package static let initialCredit = LiveSession.window

    private struct State {
        var live: [Session.ID: LiveSession] = [:]
        /// Those whose recording is being opened: two at once would cut each other's.
        var making: [Session.ID: Task<LiveSession, Never>] = [:]
        var ended: [Session.ID: LiveSession] = [:]
        var endedOrder: [Session.ID] = []
    }

    let hub: Hub
    let log: Logger
    let folder: RecordingFolder?
    package let profiles: LaunchProfiles
    private let typing: TypingTimes
    private let state = Locked(State())
    private let work: AsyncStream<LiveSession>
    private let workers: AsyncStream<LiveSession>.Continuation

    /// - Parameter recordings: the folder for recordings, made if it is not there; `nil`: nothing is recorded.
    /// - Throws: if the folder cannot be made or read.
    package init(
        _ hub: Hub, recordings: String?, policy: RecordingPolicy = RecordingPolicy(), profiles: LaunchProfiles = LaunchProfiles(),
        typing: TypingTimes = TypingTimes(), log: Logger = Logger(label: "terminals")
    ) throws {
        (self.hub, self.profiles, self.typing, self.log) = (hub, profiles, typing, log)
        folder = try recordings.map { try RecordingFolder(path: $0, policy: policy) }
        // Each session is in it once at most.
        (work, workers) = AsyncStream.makeStream(of: LiveSession.self)
    }

    /// Feeds the screens, and notices what people must be told, until the task is cancelled. Recordings are complete when it returns.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followEvents() }
            group.addTask { await self.watchAttention() }
            group.addTask { await self.watchStalls() }
            group.addTask { await self.cleanRecordings() }
            for await session in work { group.addTask { await session.drain() } }
            group.cancelAll()
        }
        for session in allLive { await session.closeRecording() }
        await folder?.flush()
    }

    // MARK: The servers' side

    /// A terminal is on this connection from now on.
    package func attach(_ session: Session, to link: any AgentLink, _ arrival: TerminalArrival) async {
        guard let live = await liveOrNew(session) else { return }
        await live.attach(session, to: link, arrival)
    }

    /// Takes output of a terminal; never waits.
    ///
    /// - Parameter offset: of the first byte, if the client numbers its output.
    /// - Returns: `false` if no such terminal is attached.
    @discardableResult
    package func receive(_ bytes: [UInt8], at offset: Int64?, from session: Session.ID) -> Bool {
        guard let live = live(session) else { return false }
        live.receive(bytes, at: offset, now: hub.clock.now())
        return true
    }

    /// What an installed client reads off the screen by itself.
    package func adopt(lines: [String], from session: Session.ID) async {
        await live(session)?.adopt(lines: lines)
    }

    /// A connection is gone. Its terminals may live on, and keep their screens.
    package func detach(_ link: any AgentLink) async {
        for session in allLive { await session.detach(from: link) }
    }

    package func update(_ session: Session) async {
        await live(session.id)?.update(session)
    }

    /// A terminal has ended: whoever watches it is told.
    package func end(_ session: Session.ID) async {
        _ = await state.withLock { $0.making[session] }?.value
        guard let live = live(session) else { return }
        await live.end()
        state.withLock { state in
            guard state.live[session] === live else { return }
            state.live[session] = nil
            state.ended[session] = live
            state.endedOrder.append(session)
            if state.endedOrder.count > Self.maximumEnded { state.ended[state.endedOrder.removeFirst()] = nil }
        }
    }

    // MARK: What people see

    /// What the terminal shows, secrets masked; of one that is over, what it showed last. `nil` if nothing is known of it.
    package func screen(of session: Session.ID) async -> ScreenImage? {
        if let known = find(session) { return await known.image() }
        return await recorded(session)?.image.redacted()
    }

    /// The last lines, those that scrolled away included, without empty ones at the end.
    package func scrollback(of session: Session.ID, last count: Int) async -> [String] {
        if let known = find(session) { return await known.lines(last: count) }
        guard let screen = await recorded(session) else { return [] }
        return PlainText.lines(of: screen, last: count)
    }

    /// That the screen changes. Bounded: the latest word counts. The stream ends behind ``ScreenChange/ended``.
    package func changes(of session: Session.ID) async -> AsyncStream<ScreenChange> {
        if let known = find(session) { return await known.watchChanges() }
        return AsyncStream { continuation in
            continuation.yield(.ended)
            continuation.finish()
        }
    }

    /// Hands the output to `body`, from an offset on if it is still there, else beginning with the screen as it is.
    ///
    /// - Returns: what `body` returns; `nil` if there is no such terminal.
    package func withBytes<Result>(
        of session: Session.ID, from offset: Int64?, _ body: (ByteSubscription) async throws -> Result
    ) async rethrows -> Result? {
        guard let known = find(session) else { return nil }
        let subscription = await known.watchBytes(from: offset)
        do {
            let result = try await body(subscription)
            await known.unwatch(subscription)
            return result
        } catch {
            await known.unwatch(subscription)
            throw error
        }
    }

    /// All that was printed and is still recorded, as plain text, secrets masked.
    package func log(of session: Session.ID) async -> [UInt8]? {
        guard let bytes = await recording(of: session), let folder else {
            guard let known = find(session) else { return nil }
            return Array((await known.lines(last: .max).joined(separator: "\n") + "\n").utf8)
        }
        return await folder.onQueue {
            guard let screen = try? Asciicast.Recording(parsing: bytes).screen(scrollback: PlainText.maximumLines) else { return nil }
            return Array((PlainText.lines(of: screen, last: .max).joined(separator: "\n") + "\n").utf8)
        }
    }

    /// The session as asciicast v2.
    package func recording(of session: Session.ID) async -> [UInt8]? {
        await folder?.flush()
        return await folder?.recording(of: session)
    }

    /// When the terminal last said something.
    package func lastOutput(of session: Session.ID) -> Timestamp? { find(session)?.heardAt }

    // MARK: Into the terminal

    /// Types text and, with `submit`, Enter: as one paste where the program takes that, Enter apart, looking at the screen, and again
    /// where it was not taken. The caller has passed the gate (``AdmitTyping``).
    package func type(_ text: String, into session: Session.ID, submit: Bool = true) async -> TypingOutcome {
        guard let live = live(session) else { return await missing(session) }
        return await Typist(session: live, times: typing).type(text, submit: submit)
    }

    package func press(_ key: TerminalKey, into session: Session.ID) async -> TypingOutcome {
        guard let live = live(session) else { return await missing(session) }
        return await Typist(session: live, times: typing).press(key)
    }

    /// Bytes as they are, from a person at a terminal of their own.
    package func send(_ bytes: [UInt8], into session: Session.ID) async -> TypingOutcome {
        guard let live = live(session) else { return await missing(session) }
        return await live.send(bytes) ? .typed : .serverOffline
    }

    /// Another size for the terminal and its screen here. The caller has stored it (``ResizeSession``).
    package func resize(_ session: Session.ID, to size: TerminalSize) async {
        await live(session)?.resize(to: size)
    }

    private func missing(_ session: Session.ID) async -> TypingOutcome {
        let state = try? await hub.database.read { try SessionTable($0).find(session)?.state }
        guard let state = state ?? nil, !state.isOver else { return .noSession }
        return .serverOffline
    }

    // MARK: Who is there

    var allLive: [LiveSession] { state.withLock { Array($0.live.values) } }

    func live(_ id: Session.ID) -> LiveSession? { state.withLock { $0.live[id] } }

    private func find(_ id: Session.ID) -> LiveSession? { state.withLock { $0.live[id] ?? $0.ended[id] } }

    private func liveOrNew(_ session: Session) async -> LiveSession? {
        let (known, making) = state.withLock { state -> (LiveSession?, Task<LiveSession, Never>?) in
            if let known = state.live[session.id] { return (known, nil) }
            if let making = state.making[session.id] { return (nil, making) }
            guard state.live.count + state.making.count < Self.maximumLive else { return (nil, nil) }
            // Owned by `state`; awaited by all who need the session.
            let making = Task { await self.make(session) }
            state.making[session.id] = making
            return (nil, making)
        }
        if let known { return known }
        return await making?.value
    }

    private func make(_ session: Session) async -> LiveSession {
        let clock = hub.clock
        let recording = if let folder { await folder.onQueue { Recording(of: session, in: folder, clock: clock) } } else { Recording?.none }
        let made = LiveSession(session, recording: recording) { [workers] in workers.yield($0) }
        state.withLock { state in
            if state.ended.removeValue(forKey: session.id) != nil { state.endedOrder.removeAll { $0 == session.id } }
            state.live[session.id] = made
            state.making[session.id] = nil
        }
        return made
    }

    private func recorded(_ session: Session.ID) async -> TerminalScreen? {
        guard let folder, let bytes = await folder.recording(of: session) else { return nil }
        return await folder.onQueue { Box(try? Asciicast.Recording(parsing: bytes).screen(scrollback: 1000)) }.screen
    }

    /// Carries a screen from the queue that made it to the one caller that gets it.
    ///
    /// `@unchecked Sendable`: the queue lets go of it before the caller goes on, so nobody else ever has it.
    private struct Box: @unchecked Sendable {
        let screen: TerminalScreen?
        init(_ screen: TerminalScreen?) { self.screen = screen }
    }
}

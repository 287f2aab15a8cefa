import Foundation
import HubCore
import Logging
import WireProtocol

/// All sessions of this machine.
actor Sessions {
    struct Parts: Sendable {
        var configuration: AgentConfiguration
        /// For new sessions.
        var tmux: TmuxServer?
        /// - Throws: `TmuxServer.Failure`
        var startTmux: @Sendable () async throws -> TmuxServer
        var environment: SessionEnvironment
        var census: ProcessCensus
        var worktrees: Worktrees
        var ports: PortLeases
        var records: SessionRecords
        var spool: ReportSpool
        var outgoing: Outgoing
        var times: SessionTimes
        var memory: @Sendable () -> SystemGauges.Memory?
        var log: Logger
    }

    /// A session that starts or runs.
    struct Entry {
        let feed: OutputFeed
        let began: ContinuousClock.Instant
        var session: TerminalSession?
        /// What came before it ran.
        var early: [TerminalSession.Order] = []
        /// A `session_close` or `session_kill` came before it ran.
        var isUnwanted = false
        /// It runs in tmux, and our view of it is being made.
        var isAttaching = false
        /// When our view of it was made.
        var attached: ContinuousClock.Instant?
        /// How often in a row our view of it was lost, or could not be made.
        var losses = 0
    }

    var parts: Parts
    var entries: [String: Entry] = [:]
    /// What tmux holds of an earlier daemon, by tmux name, until the hub says which session it is.
    var orphans: [String: Orphan] = [:]
    /// What an earlier daemon left to a tmux that does not answer.
    var unclear: [SessionRecord] = []
    /// What the hub of the connection can do; `nil` without one.
    private(set) var welcome: Welcome?
    private let feeds = Locked([String: OutputFeed]())
    /// The work on each session, until its end.
    private var running: [Int: Task<Void, Never>] = [:]
    private var nextNumber = 0
    private(set) var isStopping = false
    /// Sessions that run, but of which the hub of this connection has not been told yet.
    private var unreported: Set<String> = []
    /// That all is told is still to be said.
    private var owesEndOfReport = false

    init(_ parts: Parts) { self.parts = parts }

    /// The next output of a session that may be sent.
    nonisolated func output(of session: String, atMost limit: Int) -> (output: SessionOutput, hasMore: Bool)? {
        guard let feed = feeds.withLock({ $0[session] }), let piece = feed.take(atMost: limit) else { return nil }
        return (SessionOutput(session: session, bytes: piece.bytes, offset: piece.offset), feed.hasMore)
    }

    var count: Int { entries.count }

    // MARK: - Connection

    /// Reports what runs; output of before is sent only where the hub asks for it.
    func connected(_ welcome: Welcome) async {
        self.welcome = welcome
        unreported = []
        owesEndOfReport = true
        for (id, entry) in entries {
            if let session = entry.session {
                report(session, to: welcome)
            } else if entry.isAttaching {
                // Nothing is sent before the hub said from where.
                entry.feed.connect(rules(welcome, behind: entry.feed.offset))
                unreported.insert(id)
            } else {
                entry.feed.begin(rules(welcome))
            }
        }
        for orphan in orphans.values { report(orphan) }
        endReport()
    }

    /// A session that goes on.
    private func report(_ session: TerminalSession, to welcome: Welcome) {
        let isNumbered = welcome.features.contains(.offsets)
        session.feed.connect(rules(welcome, behind: session.feed.offset))
        parts.outgoing.send(started(session, isRecovered: true, isNumbered: isNumbered))
        // A hub that has no output from before needs the whole screen.
        if !isNumbered { Task { await session.terminal.signal(SIGWINCH) } }
    }

    /// Says that the hub knows all sessions, once it does: what it has not heard of by then is over for it.
    func endReport() {
        guard owesEndOfReport, unreported.isEmpty, unclear.isEmpty else { return }
        owesEndOfReport = false
        // An extension that a hub which does not know it passes over.
        parts.outgoing.send(.sessionsReported)
    }

    func disconnected() {
        welcome = nil
        unreported = []
        owesEndOfReport = false
        for entry in entries.values { entry.feed.disconnect() }
    }

    private func rules(_ welcome: Welcome) -> OutputFeed.Rules {
        OutputFeed.Rules(
            numbersOutput: welcome.features.contains(.offsets),
            creditUntil: welcome.features.contains(.credit) ? welcome.initialCredit : .max)
    }

    /// For a session with output of before.
    private func rules(_ welcome: Welcome, behind offset: Int64) -> OutputFeed.Rules {
        let isNumbered = welcome.features.contains(.offsets)
        return OutputFeed.Rules(
            numbersOutput: isNumbered, creditUntil: welcome.features.contains(.credit) ? offset + welcome.initialCredit : .max,
            isHeld: isNumbered)
    }

    private func started(_ session: TerminalSession, isRecovered: Bool, isNumbered: Bool) -> DaemonMessage {
        .sessionStarted(
            SessionStarted(
                session: session.id, pid: Int(session.terminal.processID), tmuxName: session.terminal.tmuxName,
                workingDirectory: session.record.workingDirectory, isRecovered: isRecovered,
                offset: isNumbered && isRecovered ? session.feed.offset : nil, note: isRecovered ? nil : session.note))
    }

    // MARK: - Beginning

    /// - Parameter done: called when the session runs, or was refused.
    func start(_ launch: SessionLaunch, key: String?, done: @escaping @Sendable () async -> Void) async {
        let id = launch.session
        guard !isStopping else {
            parts.outgoing.send(.sessionError(session: id, error: "the agent is stopping"))
            return await done()
        }
        if let entry = entries[id] {
            // The hub has not heard that it runs; where it only begins, that will be said.
            if let session = entry.session { parts.outgoing.send(started(session, isRecovered: false, isNumbered: false)) }
            return await done()
        }
        if let orphan = orphans.values.first(where: { $0.record?.session == id }) {
            await adopt(orphan.pane.session, as: id)
            return await done()
        }
        if unclear.contains(where: { $0.session == id }) {
            await parts.spool.add(.sessionError(session: id, error: "tmux does not answer, and may run this session already"))
            return await done()
        }
        let now = ContinuousClock.now
        let young = entries.values.count { now - $0.began < .seconds(60) }
        let refusal = SpawnGuard(settings: parts.configuration.sessions).refusal(
            memory: parts.memory(), running: entries.count, young: young)
        if let refusal {
            await parts.spool.add(.sessionError(session: id, error: refusal))
            return await done()
        }
        let feed = register(id, began: now)
        if let welcome { feed.begin(rules(welcome)) }
        run {
            do {
                let session = try await SessionStart(parts: self.parts, launch: launch, key: key).run(feed)
                await self.begin(session)
                await done()
                await self.follow(session)
            } catch {
                await self.parts.spool.add(.sessionError(session: id, error: "\(error)"))
                await self.forget(id)
                await done()
            }
        }
    }

    /// Work that ``stop()`` waits for.
    private func run(_ work: @escaping @Sendable () async -> Void) {
        nextNumber += 1
        let number = nextNumber
        running[number] = Task {
            await work()
            running[number] = nil
        }
    }

    /// Pieces of work that are under way.
    var runningCount: Int { running.count }

    private func register(_ id: String, began: ContinuousClock.Instant, isAttaching: Bool = false) -> OutputFeed {
        let outgoing = parts.outgoing
        let feed = OutputFeed(capacity: parts.configuration.sessions.replayBytes) { outgoing.mark(id) }
        entries[id] = Entry(feed: feed, began: began, isAttaching: isAttaching)
        feeds.withLock { $0[id] = feed }
        return feed
    }

    /// It runs, and the hub is told, in one step: a connection that comes or goes meanwhile finds it either way.
    private func begin(_ session: TerminalSession) {
        let entry = entries[session.id]
        entries[session.id]?.session = session
        entries[session.id]?.isAttaching = false
        entries[session.id]?.attached = .now
        entries[session.id]?.early = []
        if entry?.isAttaching == false {
            parts.outgoing.send(started(session, isRecovered: false, isNumbered: false))
        } else if unreported.remove(session.id) != nil, let welcome {
            report(session, to: welcome)
            endReport()
        }
        for order in entry?.early ?? [] { session.add(order) }
        if isStopping {
            Task { await Self.leave(session) }
        } else if entry?.isUnwanted ?? false {
            session.markEnding()
            Task { await session.close() }
        }
    }

    /// Takes up what tmux held, under the id that the hub knows it by.
    func adopt(_ tmuxName: String, as id: String) async {
        guard entries[id] == nil, let orphan = orphans.removeValue(forKey: tmuxName) else { return }
        let feed = register(id, began: .now, isAttaching: true)
        let old = orphan.record
        let record = SessionRecord(
            session: id, tmuxName: tmuxName, workingDirectory: orphan.pane.directory, portBase: old?.portBase, worktree: old?.worktree,
            hasCommand: old?.hasCommand ?? true)
        // Its output is counted anew, and flows at once: the hub expects it after its acknowledgement.
        if let welcome { feed.begin(rules(welcome)) }
        run { await self.attach(record, pane: orphan.pane.pid, tmux: orphan.tmux, feed: feed) }
    }

    /// Makes a view of what tmux holds, as often as it takes: what cannot be seen for want of memory or descriptors goes on all the same.
    private func attach(_ record: SessionRecord, pane: Int32, tmux: TmuxServer, feed: OutputFeed) async {
        let id = record.session
        while true {
            await pauseBeforeAttaching(id)
            guard !isStopping else { return forget(id) }
            do {
                let terminal = try await SessionTerminal.attached(
                    to: pane, of: record.tmuxName, in: tmux, size: .standard, tag: SessionEnvironment.tag(of: id), census: parts.census)
                // Without its record it would still be found by its tmux name.
                try? await parts.records.save(record)
                let session = TerminalSession(
                    record, terminal: terminal, feed: feed, grace: parts.configuration.sessions.grace, times: parts.times)
                begin(session)
                return run { await self.follow(session) }
            } catch {
                if entries[id]?.isUnwanted ?? true || Foundation.kill(pane, 0) != 0 && errno == ESRCH {
                    return await endUnseen(record, pane: pane, tmux: tmux)
                }
                entries[id]?.losses += 1
                parts.log.warning(
                    "a session's terminal cannot be shown, which is tried again", metadata: ["session": "\(id)", "why": "\(error)"])
            }
        }
    }

    private func pauseBeforeAttaching(_ id: String) async {
        let losses = entries[id]?.losses ?? 0
        guard losses > 1 else { return }
        let limit = ContinuousClock.now + min(parts.times.attachPause * (1 << min(losses - 2, 20)), parts.times.attachPauseLimit)
        while ContinuousClock.now < limit, !isStopping, entries[id]?.isUnwanted == false {
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends a session that we have no view of: it was closed, or its program has ended.
    private func endUnseen(_ record: SessionRecord, pane: Int32, tmux: TmuxServer) async {
        await parts.census.watch(pane, tag: SessionEnvironment.tag(of: record.session))
        await parts.census.end(pane, grace: parts.configuration.sessions.grace)
        await tmux.kill(record.tmuxName)
        await parts.spool.add(.sessionClosed(session: record.session, exitCode: nil))
        forget(record.session)
        await settle(record)
    }

    // MARK: - End

    private func follow(_ session: TerminalSession) async {
        let screens = Task { await watchScreen(of: session) }
        let end = await session.run()
        screens.cancel()
        await screens.value
        if case .viewLost = end, case .tmux(let tmux, _, let pane, _) = session.terminal.backing, !isStopping {
            lose(session)
            let (record, feed) = (session.record, session.feed)
            // Nothing of the lost view is held while the next one is made.
            return run { await self.attach(record, pane: pane, tmux: tmux, feed: feed) }
        }
        for order in session.untakenOrders { await order.refuse() }
        if case .exited(let status) = end { await closed(session, status) } else { forget(session.id) }
    }

    private func lose(_ session: TerminalSession) {
        guard var entry = entries[session.id] else { return }
        let hasLasted = entry.attached.map { ContinuousClock.now - $0 > parts.times.lasting } ?? false
        entry.losses = hasLasted ? 1 : entry.losses + 1
        entry.session = nil
        entry.isAttaching = true
        entry.isUnwanted = session.isMarkedEnding
        entry.early = session.untakenOrders + entry.early
        entries[session.id] = entry
    }

    private func closed(_ session: TerminalSession, _ status: ExitStatus?) async {
        let limit = ContinuousClock.now + parts.times.drain
        while !session.feed.isDrained && ContinuousClock.now < limit { try? await Task.sleep(for: .milliseconds(20)) }
        let id = session.id
        if welcome?.features.contains(.reports) ?? true {
            await parts.spool.add(
                .sessionSummary(
                    SessionSummary(
                        session: id, offset: session.feed.offset, lines: PlainText.lines(session.feed.tail(16 << 10), last: 20))))
        }
        await parts.spool.add(.sessionClosed(session: id, exitCode: status?.code))
        forget(id)
        await settle(session.record)
    }

    /// Gives back what an ended session had.
    func settle(_ record: SessionRecord) async {
        if let base = record.portBase { await parts.ports.release(base) }
        if record.worktree != nil { await parts.worktrees.release(record.session) }
        await parts.records.remove(record.session)
    }

    private func forget(_ id: String) {
        let early = entries.removeValue(forKey: id)?.early ?? []
        if !early.isEmpty { Task { for order in early { await order.refuse() } } }
        feeds.withLock { $0[id] = nil }
        // It has been reported as ended, which is a report as well.
        if unreported.remove(id) != nil { endReport() }
    }

    /// For the end of the daemon: tmux keeps its sessions, plain ones are hung up.
    func stop() async {
        isStopping = true
        await withTaskGroup(of: Void.self) { group in
            for session in entries.values.compactMap(\.session) { group.addTask { await Self.leave(session) } }
        }
        while let task = running.values.first { await task.value }
    }

    private static func leave(_ session: TerminalSession) async {
        if case .tmux = session.terminal.backing {
            await session.detach()
        } else {
            await session.terminal.hangUp(grace: .milliseconds(500))
        }
    }

    /// A hub that keeps no screen of its own gets one where there is something new, if tmux has one.
    private func watchScreen(of session: TerminalSession) async {
        guard case .tmux(let tmux, let name, _, _) = session.terminal.backing else { return }
        var seen: Int64 = -1
        var last: [String] = []
        while !Task.isCancelled {
            try? await Task.sleep(for: parts.times.screen)
            guard let welcome, !welcome.features.contains(.offsets), session.feed.offset != seen, !Task.isCancelled else { continue }
            seen = session.feed.offset
            guard let lines = await tmux.lines(of: name, history: 0), lines != last else { continue }
            last = lines
            parts.outgoing.send(.sessionScreen(session: session.id, lines: lines))
        }
    }
}

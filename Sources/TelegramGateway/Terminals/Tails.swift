import ChatOps
import Foundation
import HubCore
import HubService
import HubStore
import Logging
import TelegramBot

/// Keeps the tails current: each is redrawn when its screen looks different, not more often than its chat has room for, and behind
/// everything else that goes there. What is drawn is not stored: after a crash the screen as it is then is drawn.
final class Tails: Sendable {
    private struct State {
        var running: [TailTable.Key: (call: [UInt8], task: Task<Void, Never>)] = [:]
        var counts: [Int64: Int] = [:]
    }

    private let hub: Hub
    private let handler: any ChatHandler
    private let filler: ScreenFiller
    private let numbers: OutboxNumbers
    private let limits: SendPacer.Limits
    private let pace: TailPace
    private let log: Logger
    private let outbox: @Sendable (Int64) -> Outbox?
    private let state = Locked(State())
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    init(
        hub: Hub, handler: any ChatHandler, filler: ScreenFiller, numbers: OutboxNumbers, limits: SendPacer.Limits, pace: TailPace,
        log: Logger,
        outbox: @escaping @Sendable (Int64) -> Outbox?
    ) {
        (self.hub, self.handler, self.filler, self.numbers) = (hub, handler, filler, numbers)
        (self.limits, self.pace, self.log, self.outbox) = (limits, pace, log, outbox)
        (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        change.yield()
    }

    /// A row was written or removed.
    func changed() { change.yield() }

    /// The rows of these were written or removed, and what was there is drawn no more. To be called before the messages that say so go to
    /// the outbox, or a picture by the old row may go out after them.
    func changed(_ keys: [TailTable.Key]) {
        guard !keys.isEmpty else { return }
        let stopped = state.withLock { state in keys.compactMap { state.running.removeValue(forKey: $0)?.task } }
        for task in stopped { task.cancel() }
        changed()
    }

    /// Somebody may see less than before: looks at who asked for each.
    func review() {
        let stopped = state.withLock { state in
            defer { state.running = [:] }
            return state.running.values.map(\.task)
        }
        for task in stopped { task.cancel() }
        changed()
    }

    /// Until cancelled. Runs once.
    func run() async {
        for await _ in changes {
            do { try await reconcile() } catch {
                guard !Task.isCancelled else { break }
                log.error("the open tails could not be read", metadata: ["error": "\(HubError(error))"])
                // Cancelled: the loop ends.
                try? await Task.sleep(for: .seconds(1))
                changed()
            }
        }
        let tasks = state.withLock { Array($0.running.values.map(\.task)) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Starts and stops drawing, so that it is as the rows say.
    private func reconcile() async throws {
        let rows = try await hub.database.read { try TailTable(connection: $0).all() }.filter { !$0.isPaused }
        let wanted = Dictionary(rows.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        let stopped = state.withLock { state in
            state.counts = Dictionary(rows.map { ($0.key.chat, 1) }, uniquingKeysWith: +)
            let stopped = state.running.filter { wanted[$0.key]?.call != $0.value.call }
            for key in stopped.keys { state.running[key] = nil }
            return stopped.values.map(\.task)
        }
        for task in stopped { task.cancel() }
        for row in rows {
            state.withLock { state in
                guard state.running[row.key] == nil else { return }
                state.running[row.key] = (row.call, Task { await self.draw(row) })
            }
        }
    }

    // MARK: One tail

    private func draw(_ row: TailTable.Row) async {
        guard let call = try? JSONDecoder().decode(OutgoingCall.self, from: Data(row.call)) else { return await remove(row) }
        while !Task.isCancelled {
            switch await standing(row) {
            case .goesOn: break
            case .ended(let view, let project, let end): return await finish(row, view, project, end)
            case .gone: return await remove(row)
            case .unknown:
                // The database does not answer; cancelled: the loop ends.
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            let turn = ContinuousClock.now + pace.check
            let isOver = await draw(row, call, until: turn)
            // Of a terminal that is not attached nothing comes: it may come back.
            if isOver { try? await Task.sleep(for: min(pace.check, .seconds(2))) }
        }
    }

    /// Draws what changes until `turn`.
    ///
    /// - Returns: whether nothing changes any more, as far as the terminals know.
    private func draw(_ row: TailTable.Row, _ call: OutgoingCall, until turn: ContinuousClock.Instant) async -> Bool {
        let redraws = await filler.screens.redraws(of: row.key.session)
        let signal = Signal()
        let watching = Task {
            for await _ in redraws { signal.raise() }
            signal.end()
        }
        defer { watching.cancel() }
        var isOver = false
        repeat {
            var isDrawn = false
            // Where there is no screen, what was drawn last stays.
            if await filler.screens.screen(of: row.key.session) != nil {
                isDrawn = show(await filler.fill(call.text, call.terminal), row, call)
            }
            // Only an edit makes the next one wait. Cancelled: the loop ends.
            try? await Task.sleep(for: isDrawn ? interval(row.key.chat) : pace.look)
            if ContinuousClock.now >= turn { return false }
            isOver = await signal.wait(until: turn)
        } while !isOver && !Task.isCancelled && ContinuousClock.now < turn
        return isOver
    }

    private func interval(_ chat: Int64) -> Duration {
        let count = max(1, state.withLock { $0.counts[chat] ?? 1 })
        return limits == .none ? pace.least * count : max(pace.least, SendPacer.liveInterval(chat: chat, liveMessages: count))
    }

    private func show(_ text: MessageText, _ row: TailTable.Row, _ call: OutgoingCall) -> Bool {
        guard let outbox = outbox(row.key.bot) else { return false }
        var call = call
        (call.text, call.terminal) = (text, nil)
        let item = OutboxItem(
            id: numbers.next(), bot: row.key.bot, chat: row.key.chat, lane: .live, call: call, document: nil, isEphemeral: true)
        // Under the lock: once ``changed(_:)`` has returned nothing comes of the old row.
        return state.withLock { state in
            guard !Task.isCancelled, state.running[row.key]?.call == row.call else { return false }
            return outbox.addLive(item)
        }
    }

    // MARK: Ends

    private enum Standing {
        case goesOn
        case ended(SessionView, Project, TailEnd?)
        case gone
        case unknown
    }

    private func standing(_ row: TailTable.Row) async -> Standing {
        do {
            let session = row.key.session
            let (person, project, until) = try await hub.database.read { connection in
                (
                    try PersonTable(connection).find(row.person),
                    try SessionTable(connection).find(session).flatMap { try ProjectTable(connection).find($0.project) },
                    try TailTable(connection: connection).until(row)
                )
            }
            guard let project, let until else { return .gone }
            let view = try await hub.ask(GetSession(.id(session)), as: .hub)
            guard let person else { return .ended(view, project, .mayNot) }
            do {
                _ = try await hub.ask(GetSession(.id(session)), as: .person(person, over: .telegram))
            } catch HubError.notFound {
                return .ended(view, project, .mayNot)
            } catch HubError.forbidden {
                return .ended(view, project, .mayNot)
            }
            if view.session.isOver { return .ended(view, project, nil) }
            return hub.clock.now() >= until ? .ended(view, project, .timeIsUp) : .goesOn
        } catch HubError.notFound {
            return .gone
        } catch {
            return .unknown
        }
    }

    /// The last picture of it, with the way to go on.
    private func finish(_ row: TailTable.Row, _ view: SessionView, _ project: Project, _ end: TailEnd?) async {
        let (key, vault, numbers, now) = (row.key, hub.vault, numbers, hub.clock.now())
        let composer = MessageComposer(vault: vault)
        do {
            let items = try await hub.database.write { [handler] connection -> [OutboxItem] in
                // Asked for anew meanwhile, it goes on elsewhere.
                guard try TailTable(connection: connection).until(row) != nil else { return [] }
                let label: TaskLabel =
                    try NoticeTargets(connection: connection).bound(to: project.id).contains { $0.bot == key.bot && $0.chat == key.chat }
                    ? .short : .qualified
                let message = handler.tail(view, in: project, .over, ending: end, label: label)
                let style = MessageComposer.Style(topic: row.topic, slot: SlotTable.tail(key.session), lane: .cards)
                let outbox = OutboxTable(connection: connection, ids: numbers, vault: vault)
                try TailTable(connection: connection).remove(key)
                // Who may not see it any more is shown nothing more of it.
                var shown = message
                if end == .mayNot { (shown.terminal, shown.buttons) = (nil, []) }
                return try composer.post(shown, style).enumerated().compactMap { part, call in
                    try outbox.insert(
                        call, bot: key.bot, chat: key.chat, source: "tail/\(key.session)/\(key.chat)/\(now.milliseconds)/\(part)", at: now)
                }
            }
            outbox(key.bot)?.add(items)
            forget(row)
        } catch {
            log.error("the end of a tail could not be stored", metadata: ["error": "\(HubError(error))"])
            // Cancelled or not, another look at the rows begins it anew.
            try? await Task.sleep(for: .seconds(1))
            forget(row)
        }
    }

    private func remove(_ row: TailTable.Row) async {
        // Where this fails the row is found again, and removed then.
        _ = try? await hub.database.write { try TailTable(connection: $0).remove(row) }
        forget(row)
    }

    private func forget(_ row: TailTable.Row) {
        state.withLock { state in
            if state.running[row.key]?.call == row.call { state.running[row.key] = nil }
        }
        outbox(row.key.bot)?.forgetLive(in: row.key.chat, SlotTable.tail(row.key.session))
        changed()
    }

    /// The message of a tail was deleted: somebody does not want it.
    func abandon(chat: Int64, of bot: Int64, slot: String) async {
        guard let session = Session.ID(String(slot.drop { $0 != "/" }.dropFirst())) else { return }
        _ = try? await hub.database.write { try TailTable(connection: $0).remove(.init(bot: bot, chat: chat, session: session)) }
        changed()
    }
}

/// That something changed, and whether that was the last time. One waits.
private final class Signal: Sendable {
    private let state = Locked((isRaised: false, isOver: false, waiting: CheckedContinuation<Void, Never>?.none))

    func raise() { wake { $0.isRaised = true } }
    func end() { wake { $0.isOver = true } }

    private func wake(_ change: (inout (isRaised: Bool, isOver: Bool, waiting: CheckedContinuation<Void, Never>?)) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns at the next change, at the end, at `time`, or when cancelled.
    ///
    /// - Returns: whether nothing follows.
    func wait(until time: ContinuousClock.Instant) async -> Bool {
        let timer = Task {
            // Cancelled when something came first.
            try? await Task.sleep(until: time, clock: .continuous)
            self.wake { _ in }
        }
        defer { timer.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.isRaised || state.isOver || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            self.wake { _ in }
        }
        return state.withLock { state in
            state.isRaised = false
            return state.isOver
        }
    }
}

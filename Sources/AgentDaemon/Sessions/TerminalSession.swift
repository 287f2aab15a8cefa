import Foundation
import HubCore
import Logging
import NIOCore
import WireProtocol

/// A session that runs: reads its terminal into the feed, types what comes in order, and reports its end.
final class TerminalSession: Sendable {
    enum Order: Sendable {
        case input([UInt8])
        case resize(WindowSize)
        /// `done` hears whether the text was typed and something came of it.
        case type(PushText, done: @Sendable (Bool) async -> Void)

        /// It will not be carried out.
        func refuse() async {
            if case .type(_, let done) = self { await done(false) }
        }
    }

    enum Taking {
        case taken
        /// So much input waits already that this is dropped.
        case full
        /// The terminal, or our view of it, has ended.
        case over
    }

    enum End: Sendable {
        case exited(ExitStatus?)
        /// tmux keeps it.
        case detached
        /// What showed it to us has gone, it has not.
        case viewLost
    }

    private struct Note {
        let text: PushText
        let quiet: Duration
        let deadline: ContinuousClock.Instant?
        let done: @Sendable (Bool) async -> Void
    }

    let id: String
    let record: SessionRecord
    let terminal: SessionTerminal
    let feed: OutputFeed
    let times: SessionTimes
    /// What is not as the hub asked for it.
    let note: String?
    private let grace: Duration
    private let orders: AsyncStream<Order>
    private let push: AsyncStream<Order>.Continuation
    /// Bytes of input that wait to be typed.
    private let unread = Locked(0)
    private let notes = Locked<(waiting: [Note], areOver: Bool)>(([], false))
    private let scanner = Locked(BracketedPasteScanner())
    private let isDetaching = Locked(false)
    private let isEnding = Locked(false)
    /// What came when our view of the terminal had gone, for the next one.
    private let untaken = Locked([Order]())
    private static let maximumInput = 4 << 20

    init(
        _ record: SessionRecord, terminal: SessionTerminal, feed: OutputFeed, grace: Duration, times: SessionTimes, note: String? = nil
    ) {
        (id, self.record, self.terminal, self.feed) = (record.session, record, terminal, feed)
        (self.grace, self.times, self.note) = (grace, times, note)
        (orders, push) = AsyncStream.makeStream()
    }

    @discardableResult func add(_ order: Order) -> Taking {
        if case .input(let bytes) = order {
            let isTaken = unread.withLock { unread in
                guard unread + bytes.count <= Self.maximumInput else { return false }
                unread += bytes.count
                return true
            }
            guard isTaken else { return .full }
        }
        return if case .enqueued = push.yield(order) { .taken } else { .over }
    }

    /// Types the text when the terminal has been quiet for a while, or at the latest at `deadline`.
    ///
    /// - Returns: `false` if the terminal, or our view of it, has ended; `done` is not called then.
    @discardableResult func addNote(
        _ text: PushText, quiet: Duration, deadline: ContinuousClock.Instant? = nil, done: @escaping @Sendable (Bool) async -> Void
    ) -> Bool {
        notes.withLock { notes in
            guard !notes.areOver else { return false }
            notes.waiting.append(Note(text: text, quiet: quiet, deadline: deadline, done: done))
            return true
        }
    }

    /// It is to end: if our view of it is lost meanwhile, the next one ends it.
    func markEnding() { isEnding.withLock { $0 = true } }
    var isMarkedEnding: Bool { isEnding.withLock { $0 } }

    func kill() async { await terminal.signal(SIGKILL) }

    func close() async { await terminal.hangUp(grace: grace) }

    func detach() async {
        isDetaching.withLock { $0 = true }
        await terminal.detach()
    }

    /// Runs to the end of the session.
    func run() async -> End {
        let reading = Task { await read() }
        let obeying = Task { await obey() }
        let noting = Task { await watchNotes() }
        let isProgramOver = await ended()
        var end = End.detached
        if isDetaching.withLock({ $0 }) {
            reading.cancel()
            feed.end()
        } else if isProgramOver {
            end = .exited(await terminal.finish(grace: grace))
            await finishReading(reading)
        } else {
            end = .viewLost
            reading.cancel()
            await terminal.detach()
        }
        push.finish()
        noting.cancel()
        // What waits is kept for the next view; where there is none nobody waits for it.
        if case .viewLost = end {} else { obeying.cancel() }
        await terminal.view.close()
        await reading.value
        await noting.value
        await obeying.value
        let left = notes.withLock { notes in
            defer { notes = ([], true) }
            return notes.waiting
        }
        for note in left { await note.done(false) }
        return end
    }

    /// What the terminal still holds is read, but nobody who keeps it open is waited for.
    private func finishReading(_ reading: Task<Void, Never>) async {
        let limit = Task {
            try? await Task.sleep(for: times.drain)
            feed.end()
            reading.cancel()
        }
        await reading.value
        limit.cancel()
        feed.end()
    }

    /// Waits for the end of the program, or of our view of it.
    ///
    /// - Returns: whether it was the program's.
    private func ended() async -> Bool {
        guard case .tmux(_, _, _, let watch) = terminal.backing else {
            _ = await terminal.view.exit()
            return true
        }
        guard let watch else { return true }
        await withTaskGroup(of: Void.self) { [terminal] group in
            group.addTask { await watch.waitUnlessCancelled() }
            group.addTask { await terminal.view.exitUnlessCancelled() }
            await group.next()
            group.cancelAll()
        }
        if watch.hasEnded { return true }
        // Both end at nearly the same time when the program does.
        try? await Task.sleep(for: .milliseconds(300))
        return watch.hasEnded
    }

    private func read() async {
        while let piece = await terminal.view.nextOutput() {
            let bytes = Array(piece.readableBytesView)
            scanner.withLock { $0.scan(bytes) }
            feed.append(bytes)
            await feed.space()
        }
    }

    private func obey() async {
        for await order in orders {
            if isViewLost {
                untaken.withLock { $0.append(order) }
                continue
            }
            switch order {
            case .input(let bytes):
                // A terminal that ended takes nothing more.
                try? await terminal.view.write(InputFilter.clean(bytes))
                unread.withLock { $0 -= bytes.count }
            case .resize(let size): terminal.view.resize(to: size)
            case .type(let text, let done): await done(await type(text))
            }
        }
    }

    /// What tmux holds goes on without it.
    private var isViewLost: Bool {
        if case .tmux = terminal.backing { terminal.view.hasExited } else { false }
    }

    /// After ``run()``: what was ordered and not done.
    var untakenOrders: [Order] { untaken.withLock { $0 } }

    private func watchNotes() async {
        let look = min(times.look, times.promptQuiet)
        while !Task.isCancelled {
            try? await Task.sleep(for: look)
            // What waits is answered when this has ended.
            if Task.isCancelled { return }
            let now = ContinuousClock.now
            let ready = notes.withLock { notes -> Note? in
                guard let note = notes.waiting.first else { return nil }
                // A terminal that has said nothing at all is not ready, it has not begun.
                let isQuiet = feed.lastOutput.map { now - $0 >= note.quiet } ?? false
                guard isQuiet || (note.deadline.map { now >= $0 } ?? false) else { return nil }
                return notes.waiting.removeFirst()
            }
            if let ready, case .over = add(.type(ready.text, done: ready.done)) { await ready.done(false) }
        }
    }
}

extension TerminalSession {
    /// Pastes the text, waits until the terminal has settled, and submits it with an Enter of its own, up to three times until
    /// something appears. An Enter right behind a paste would be taken for a part of it.
    ///
    /// - Returns: whether the terminal showed something both for the text and for the Enter.
    private func type(_ push: PushText) async -> Bool {
        do {
            // A plain shell would take the Escape and the next character for one key.
            if push.interrupts && record.hasCommand {
                try await terminal.view.write([0x1B])
                try await Task.sleep(for: times.afterEscape)
            }
            let before = feed.offset
            try await terminal.view.write(push.typed(isBracketed: scanner.withLock { $0.isOn }))
            await settle()
            let isShown = feed.offset > before
            for _ in 0..<3 {
                let typed = feed.offset
                try await terminal.view.write([0x0D])
                if await hasOutput(after: typed) { return isShown }
            }
        } catch {
            // The terminal ended, or the daemon does.
        }
        return false
    }

    private func settle() async {
        let limit = ContinuousClock.now + times.settleLimit
        let begin = ContinuousClock.now
        while ContinuousClock.now < limit {
            try? await Task.sleep(for: .milliseconds(20))
            let last = max(feed.lastOutput ?? begin, begin)
            if ContinuousClock.now - last >= times.settle || Task.isCancelled || terminal.view.hasExited { return }
        }
    }

    private func hasOutput(after offset: Int64) async -> Bool {
        let limit = ContinuousClock.now + times.answer
        while ContinuousClock.now < limit && !Task.isCancelled && !terminal.view.hasExited {
            if feed.offset > offset { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return feed.offset > offset
    }
}

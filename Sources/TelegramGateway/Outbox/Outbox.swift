import Foundation
import HubCore
import HubService
import HubStore
import Logging
import TelegramBot

/// Sends what one bot has to send: one call at a time in a chat, chats beside each other, at the pace that Telegram allows.
///
/// Rows are in the database before they come here; the database is read at the start only. What became of calls is written down in
/// batches beside the sending, so that a chat does not wait for the disk.
final class Outbox: Sendable {
    struct State {
        var queue: OutboxQueue
        var runners = 0
        /// When the timer that is set fires.
        var timer: Duration?
        var isStopping = false
        var marks: [OutboxMark] = []
        var isMarking = false
        /// Chats whose marks are being written.
        var writing: Set<Int64> = []
        /// Messages of slots that the database may not know yet.
        var slots: [SlotKey: Int] = [:]
        /// What live messages show, or are about to show.
        var lives: [SlotKey: LiveMessage] = [:]
        /// Into which nothing could be sent last.
        var closedTopics: Set<TopicKey> = []
        var lacksReactions = false
        var whenQuiet: [CheckedContinuation<Void, Never>] = []
        var whenNoted: [UUID: (chat: Int64, continuation: CheckedContinuation<Void, Never>)] = [:]

        /// Whether the database knows all messages that the chat has.
        func isNoted(_ chat: Int64) -> Bool { !queue.isBusy(chat) && !writing.contains(chat) && !marks.contains { $0.item.chat == chat } }
    }

    struct SlotKey: Hashable {
        let chat: Int64
        let slot: String
    }

    /// What others must hear of.
    enum Report: Sendable {
        /// The chat cannot be reached any more.
        case chatDied(Int64, BotAPIError)
        case topicGone(chat: Int64, topic: Int)
        /// And the bot may not open it.
        case topicClosed(chat: Int64, topic: Int)
        case migrated(Int64, to: Int64)
        case unauthorized
        /// It is noted that a message is to be deleted later.
        case vanishing
        case tooLarge(chat: Int64, topic: Int?, id: Int64)
        /// A live message was deleted by somebody.
        case liveGone(chat: Int64, slot: String)
    }

    private static let runnerLimit = 192

    let bot: Int64
    let client: BotAPIClient
    let hub: Hub
    let numbers: OutboxNumbers
    let filler: ScreenFiller
    let log: Logger
    let state: Locked<State>
    let report: @Sendable (Report) async -> Void
    private let start = ContinuousClock.now

    init(
        client: BotAPIClient, hub: Hub, numbers: OutboxNumbers, filler: ScreenFiller, limits: SendPacer.Limits, log: Logger,
        report: @escaping @Sendable (Report) async -> Void
    ) {
        (self.bot, self.client, self.hub, self.log, self.report) = (client.token.id, client, hub, log, report)
        (self.numbers, self.filler) = (numbers, filler)
        state = Locked(State(queue: OutboxQueue(limits: limits, at: .zero)))
    }

    var count: Int { state.withLock { $0.queue.count } }
    var now: Duration { start.duration(to: .now) }

    /// Takes over rows that are on disk.
    func add(_ items: [OutboxItem]) {
        guard !items.isEmpty else { return }
        pump { queue in
            for item in items { queue.add(item) }
        }
    }

    func cancel(_ chat: Int64) { pump { $0.cancel(chat) } }
    /// The rows have been ended (``OutboxTable/endNews(in:of:at:)``).
    func endNews(in chat: Int64, upTo last: Int64) { pump { $0.endNews(in: chat, upTo: last) } }
    func move(_ old: Int64, to new: Int64) {
        state.withLock { state in
            state.slots = state.slots.filter { $0.key.chat != old }
            state.lives = state.lives.filter { $0.key.chat != old }
        }
        pump { $0.move(old, to: new) }
    }

    /// Goes on after the token was refused.
    func resume() {
        pump { queue in
            guard queue.isHalted else { return }
            queue.isHalted = false
            queue.wakeAll()
        }
    }

    func halt() { state.withLock { $0.queue.isHalted = true } }

    /// Changes the queue, and starts as many runners as there is work for.
    func pump(_ change: (inout OutboxQueue) -> Void) {
        let now = now
        let (starting, timer) = state.withLock { state -> (Int, Duration?) in
            change(&state.queue)
            guard !state.isStopping || state.runners > 0 || state.queue.readyCount > 0 else { return (0, nil) }
            let count = max(0, min(Self.runnerLimit - state.runners, state.queue.readyCount))
            state.runners += count
            return (count, Self.timerToSet(&state))
        }
        for _ in 0..<starting { Task { await run() } }
        if let timer { wake(at: timer, from: now) }
    }

    private static func timerToSet(_ state: inout State) -> Duration? {
        guard let wake = state.queue.nextWake, wake < state.timer ?? .seconds(1 << 40) else { return nil }
        state.timer = wake
        return wake
    }

    private func wake(at time: Duration, from now: Duration) {
        Task {
            // Nobody cancels this; if somebody did, waking early would do no harm.
            try? await Task.sleep(for: max(time - now, .milliseconds(1)))
            let current = self.now
            state.withLock { state in if let timer = state.timer, timer <= current { state.timer = nil } }
            pump { $0.wakeDue(at: current) }
        }
    }

    private func run() async {
        while true {
            let now = now
            let (item, timer) = state.withLock { state -> (OutboxItem?, Duration?) in
                let item = state.queue.take(at: now)
                if item == nil { state.runners -= 1 }
                return (item, Self.timerToSet(&state))
            }
            if let timer { wake(at: timer, from: now) }
            guard let item else { break }
            await deal(with: item)
        }
        tellIfQuiet()
    }

    // MARK: Marks

    func mark(_ item: OutboxItem, _ end: OutboxMark.End) {
        guard !item.isEphemeral else { return }
        let isFirst = state.withLock { state in
            if case .sent(let message?) = end, let slot = item.call.slot { state.slots[SlotKey(chat: item.chat, slot: slot)] = message }
            state.marks.append(OutboxMark(item: item, end: end))
            defer { state.isMarking = true }
            return !state.isMarking
        }
        if isFirst { Task { await writeMarks() } }
    }

    private func writeMarks() async {
        while true {
            let marks = state.withLock { state in
                defer { state.marks = [] }
                state.writing = Set(state.marks.map(\.item.chat))
                if state.marks.isEmpty { state.isMarking = false }
                return state.marks
            }
            guard !marks.isEmpty else { break }
            let time = hub.clock.now()
            do {
                let (numbers, vault) = (numbers, hub.vault)
                let further = try await hub.database.write { connection in
                    let table = OutboxTable(connection: connection, ids: numbers, vault: vault)
                    return try marks.flatMap { try $0.write(in: connection, table, at: time) }
                }
                add(further)
                forgetSlots(of: marks)
                state.withLock { $0.writing = [] }
                tellIfNoted()
                if marks.contains(where: { $0.item.call.vanishesAfter != nil }) { await report(.vanishing) }
            } catch {
                log.error("what was sent could not be noted", metadata: ["bot": "\(bot)", "error": "\(HubError(error))"])
                state.withLock { $0.marks = marks + $0.marks }
                // If the disk does not come back, a restart sends once more what could not be noted.
                if state.withLock({ $0.isStopping }) { break }
                try? await Task.sleep(for: .seconds(1))
            }
        }
        tellIfQuiet()
    }

    private func forgetSlots(of marks: [OutboxMark]) {
        state.withLock { state in
            for mark in marks {
                guard case .sent(let message?) = mark.end, let slot = mark.item.call.slot else { continue }
                let key = SlotKey(chat: mark.item.chat, slot: slot)
                if state.slots[key] == message { state.slots[key] = nil }
            }
        }
    }

    /// Waits, for two seconds at most, until the database knows what was sent to a chat: people can answer a message sooner than that.
    func settle(_ chat: Int64) async {
        let id = UUID()
        let timeout = Task {
            // Cancelled when all is noted.
            guard (try? await Task.sleep(for: .seconds(2))) != nil else { return }
            state.withLock { $0.whenNoted.removeValue(forKey: id) }?.continuation.resume()
        }
        defer { timeout.cancel() }
        await withCheckedContinuation { continuation in
            let isNoted = state.withLock { state in
                if state.isNoted(chat) { return true }
                state.whenNoted[id] = (chat, continuation)
                return false
            }
            if isNoted { continuation.resume() }
        }
    }

    private func tellIfNoted() {
        let noted = state.withLock { state in
            let ids = state.whenNoted.filter { state.isNoted($0.value.chat) }.map(\.key)
            return ids.compactMap { state.whenNoted.removeValue(forKey: $0)?.continuation }
        }
        for continuation in noted { continuation.resume() }
    }

    // MARK: Stopping

    /// Waits until nothing is under way and nothing may go any more; what must wait for a freeze or a budget stays stored.
    func drain() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                state.isStopping = true
                if Self.isQuiet(state) { return true }
                state.whenQuiet.append(continuation)
                return false
            }
            if isQuiet { continuation.resume() }
        }
    }

    private static func isQuiet(_ state: State) -> Bool {
        state.runners == 0 && !state.queue.isBusy && state.marks.isEmpty && !state.isMarking
    }

    private func tellIfQuiet() {
        tellIfNoted()
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard Self.isQuiet(state) else { return [] }
            defer { state.whenQuiet = [] }
            return state.whenQuiet
        }
        for continuation in waiting { continuation.resume() }
    }
}

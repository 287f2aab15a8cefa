import TelegramBot

/// What one bot has yet to send, and what may go when: a value that decides and does nothing. Times are durations since any fixed moment.
struct OutboxQueue: Sendable {
    fileprivate struct ChatQueue {
        /// By lane, then by age.
        var items: [OutboxItem] = []
        var isBusy = false
        /// After a failure: not before.
        var restsUntil: Duration?
    }

    private var chats: [Int64: ChatQueue] = [:]
    /// Chats that may have something to go now.
    private var ready = Fifo<Int64>()
    /// Chats that must wait, and until when.
    private var sleeping: [Int64: Duration] = [:]
    /// Up to which number what comes by itself is not sent to a chat any more, also if it was under way or comes here only now.
    private var endsOfNews: [Int64: Int64] = [:]
    private(set) var pacer: SendPacer
    /// Set while the token is refused.
    var isHalted = false

    init(limits: SendPacer.Limits, at now: Duration) { pacer = SendPacer(limits: limits, at: now) }

    var count: Int { chats.values.reduce(0) { $0 + $1.items.count + ($1.isBusy ? 1 : 0) } }
    var isBusy: Bool { chats.values.contains { $0.isBusy } }
    func isBusy(_ chat: Int64) -> Bool { chats[chat]?.isBusy ?? false }
    var readyCount: Int { isHalted ? 0 : ready.count }
    var nextWake: Duration? { isHalted ? nil : sleeping.values.min() }

    /// Adds a call in its place; of two that show in the same place the newer stays.
    mutating func add(_ given: OutboxItem) {
        guard !isEnded(given) else { return }
        var item = given
        var queue = chats[item.chat] ?? ChatQueue()
        if let key = item.call.mergeKey, let old = queue.items.firstIndex(where: { $0.call.mergeKey == key }) {
            if queue.items[old].isEphemeral == item.isEphemeral, queue.items[old].id > item.id {
                return standIn(old, for: item)
            }
            // What is stored stays: the live message is drawn again after it.
            if item.isEphemeral, !queue.items[old].isEphemeral { return }
            // A live message keeps its turn: of many that change all the time each comes to be sent.
            if item.isEphemeral, queue.items[old].order.0 == item.order.0 {
                queue.items[old] = item
                chats[item.chat] = queue
                return wake(item.chat)
            }
            item.call = item.call.standing(inFor: queue.items.remove(at: old).call)
        }
        queue.insert(item)
        chats[item.chat] = queue
        wake(item.chat)
    }

    /// What waits for the same place.
    func waiting(in chat: Int64, for key: String) -> OutboxItem? { chats[chat]?.items.first { $0.call.mergeKey == key } }

    /// The next call that may go, which then is under way, until ``finish(_:)``.
    mutating func take(at now: Duration) -> OutboxItem? {
        guard !isHalted else { return nil }
        while let chat = ready.popFirst() {
            guard var queue = chats[chat], !queue.isBusy, !queue.items.isEmpty else { continue }
            var soonest: Duration?
            for (index, item) in queue.items.enumerated() {
                // A lane is looked at once: what is behind its first call waits for that.
                if index > 0, queue.items[index - 1].lane == item.lane, queue.items[index - 1].kind == item.kind { continue }
                let time = max(pacer.earliest(for: item.request, at: now), queue.restsUntil ?? now)
                if time <= now {
                    queue.items.remove(at: index)
                    queue.isBusy = true
                    queue.restsUntil = nil
                    chats[chat] = queue
                    pacer.sent(item.request, at: now)
                    return item
                }
                soonest = min(soonest ?? time, time)
            }
            sleeping[chat] = soonest
        }
        return nil
    }

    mutating func finish(_ chat: Int64) {
        chats[chat]?.isBusy = false
        if chats[chat]?.items.isEmpty ?? true { chats[chat] = nil } else { wake(chat) }
    }

    /// Puts a call that was under way back to its place; if a newer one for the same place has come meanwhile, or the chat
    /// hears no more of its kind, it is dropped.
    ///
    /// - Returns: whether it is queued again.
    mutating func putBack(_ item: OutboxItem, restingUntil time: Duration? = nil) -> Bool {
        chats[item.chat, default: ChatQueue()].isBusy = false
        defer { wake(item.chat) }
        chats[item.chat]?.restsUntil = time
        guard !isEnded(item) else { return false }
        if let key = item.call.mergeKey, let newer = chats[item.chat]?.items.firstIndex(where: { $0.call.mergeKey == key }) {
            guard let other = chats[item.chat]?.items[newer], other.isEphemeral, !item.isEphemeral else {
                standIn(newer, for: item)
                return false
            }
            // What is stored stays: the live message is drawn again after it.
            chats[item.chat]?.items.remove(at: newer)
        }
        chats[item.chat]?.insert(item)
        return true
    }

    /// Ends a call that was under way and made nothing: what waits for the same place stands in for it.
    mutating func giveUp(_ item: OutboxItem) {
        if let key = item.call.mergeKey, let newer = chats[item.chat]?.items.firstIndex(where: { $0.call.mergeKey == key }) {
            standIn(newer, for: item)
        }
        finish(item.chat)
    }

    private mutating func standIn(_ index: Int, for item: OutboxItem) {
        // A live message is stored nowhere, and none that is there for good.
        guard let waiting = chats[item.chat]?.items[index], !waiting.isEphemeral else { return }
        chats[item.chat]?.items[index].call = waiting.call.standing(inFor: item.call)
    }

    mutating func throttled(_ request: SendPacer.Request, for seconds: Int, at now: Duration) {
        var generator = SystemRandomNumberGenerator()
        pacer.throttled(request, for: seconds, at: now, using: &generator)
    }

    /// Drops all that waits for a chat.
    mutating func cancel(_ chat: Int64) {
        let isBusy = chats[chat]?.isBusy ?? false
        chats[chat] = isBusy ? ChatQueue(isBusy: true) : nil
        sleeping[chat] = nil
    }

    /// Drops what comes by itself and has a number up to `last`.
    mutating func endNews(in chat: Int64, upTo last: Int64) {
        endsOfNews[chat] = max(endsOfNews[chat] ?? last, last)
        guard var queue = chats[chat] else { return }
        queue.items.removeAll { isEnded($0) }
        chats[chat] = queue.isBusy || !queue.items.isEmpty ? queue : nil
        wake(chat)
    }

    private func isEnded(_ item: OutboxItem) -> Bool { item.isNews && endsOfNews[item.chat].map { item.id <= $0 } ?? false }

    mutating func move(_ old: Int64, to new: Int64) {
        let items = chats[old]?.items ?? []
        chats[old]?.items = []
        sleeping[old] = nil
        for var item in items {
            item.chat = new
            add(item)
        }
    }

    /// Lets chats go on whose time has come.
    mutating func wakeDue(at now: Duration) {
        for (chat, time) in sleeping.sorted(by: { $0.value < $1.value }) where time <= now { wake(chat) }
    }

    mutating func wakeAll() { for chat in chats.keys { wake(chat) } }

    private mutating func wake(_ chat: Int64) {
        sleeping[chat] = nil
        if chats[chat]?.isBusy == false { ready.append(chat) }
    }
}

extension OutboxQueue.ChatQueue {
    fileprivate mutating func insert(_ item: OutboxItem) {
        let index = items.lastIndex { $0.order < item.order }.map { $0 + 1 } ?? 0
        items.insert(item, at: index)
    }
}

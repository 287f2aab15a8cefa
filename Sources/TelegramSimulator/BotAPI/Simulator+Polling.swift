import Foundation

/// A `getUpdates` that waits.
struct Poll {
    enum End: Sendable { case updates, timeout, terminated, gone, stopped }
    let ticket: Int
    let continuation: CheckedContinuation<End, Never>
}

/// What the last polls of a bot were like.
struct PollMemory {
    var offset: Int?
    var time: Date?
    /// Until then a further conflict is answered late.
    var quietUntil: ContinuousClock.Instant?
}

extension Simulator {
    static let terminated = World.Refusal.conflict(
        "terminated by other getUpdates request; make sure that only one bot instance is running")
    static let webhookActive = World.Refusal.conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")

    /// Answers at once if there is something, and otherwise waits up to `timeout` (0–50 s) for the first update. A poll that waits ends
    /// the one that waited before it.
    func getUpdates(_ arguments: Arguments, for bot: World.Bot.ID, connection: Connection) async -> Answer {
        let offset = arguments.integer("offset") ?? 0
        var limit = min(max(arguments.integer("limit") ?? 100, 1), 100)
        var timeout = Double(min(max(arguments.integer("timeout") ?? 0, 0), 50))
        if world.bots[bot]?.webhook != nil { return await conflict(Self.webhookActive, for: bot) }
        if let allowed = arguments["allowed_updates"]?.array {
            let kinds = Set(allowed.compactMap(\.string))
            change { $0.allow(kinds.isEmpty ? nil : kinds, for: bot) }
        }
        let now = configuration.now()
        if configuration.slowsRepeatedPolls, let last = pollMemory[bot], last.offset == offset, let time = last.time {
            if now.timeIntervalSince(time) < 3 { timeout = max(timeout, 3) }
            if now.timeIntervalSince(time) < 0.5 { limit = 1 }
        }
        pollMemory[bot, default: PollMemory()].offset = offset
        pollMemory[bot]?.time = now
        let ready = change { $0.fetchUpdates(of: bot, offset: offset, limit: limit) }
        guard ready.isEmpty, timeout > 0, !isStopped, !connection.isClosed else { return .success(.array(ready)) }

        endPoll(of: bot, with: .terminated)
        switch await wait(for: bot, seconds: timeout, connection: connection) {
        case .updates:
            if world.bots[bot]?.webhook != nil { return await conflict(.conflict("terminated by setWebhook request"), for: bot) }
            return .success(.array(change { $0.fetchUpdates(of: bot, offset: 0, limit: limit) }))
        case .timeout: return .success(.array([]))
        case .terminated: return await conflict(Self.terminated, for: bot)
        case .gone, .stopped: return .reset
        }
    }

    private func wait(for bot: World.Bot.ID, seconds: Double, connection: Connection) async -> Poll.End {
        let ticket = nextTicket()
        let timer = Task { [weak self] in
            try await Task.sleep(for: .seconds(seconds))
            await self?.endPoll(of: bot, with: .timeout, ticket: ticket)
        }
        defer { timer.cancel() }
        connection.whenClosed { [weak self] in Task { await self?.endPoll(of: bot, with: .gone, ticket: ticket) } }
        return await withCheckedContinuation { continuation in
            polls[bot] = Poll(ticket: ticket, continuation: continuation)
            change { $0.notePoll(of: bot) }
        }
    }

    /// Ends the poll that waits for this bot; with a ticket only if it is that one.
    func endPoll(of bot: World.Bot.ID, with end: Poll.End, ticket: Int? = nil) {
        guard let poll = polls[bot], ticket == nil || ticket == poll.ticket else { return }
        polls[bot] = nil
        poll.continuation.resume(returning: end)
    }

    /// The second conflict within 3 s is answered 3 s late.
    private func conflict(_ refusal: World.Refusal, for bot: World.Bot.ID) async -> Answer {
        let now = ContinuousClock.now
        if let quiet = pollMemory[bot]?.quietUntil, now < quiet {
            try? await Task.sleep(for: .seconds(3))
        } else {
            pollMemory[bot, default: PollMemory()].quietUntil = now + .seconds(3)
        }
        return .failure(refusal)
    }
}

extension World {
    mutating func allow(_ kinds: Set<String>?, for bot: Bot.ID) { bots[bot]?.queue.allowed = kinds }

    func wakesPoll(of bot: Bot.ID) -> Bool { bots[bot].map { $0.queue.hasUpdates || $0.webhook != nil } ?? false }

    mutating func fetchUpdates(of bot: Bot.ID, offset: Int, limit: Int) -> [JSON] {
        (bots[bot]?.queue.fetch(offset: offset, limit: limit) ?? []).map(\.json)
    }

    mutating func notePoll(of bot: Bot.ID) {
        bots[bot]?.polls += 1
        changes.append(.polling(bot))
    }
}

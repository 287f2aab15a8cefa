import Foundation

extension Simulator {
    /// The calls of `method` (any case), oldest first; those of every bot if `bot` is `nil`.
    package func calls(of method: String, by bot: World.Bot? = nil) -> [Call] {
        calls.filter { $0.method.lowercased() == method.lowercased() && (bot == nil || $0.bot == bot?.id) }
    }

    /// Breaks one of the next calls.
    package func inject(_ fault: Fault) { faults.add(fault) }

    package func inject(
        _ kind: Fault.Kind, method: String? = nil, chat: World.Chat.ID? = nil, bot: World.Bot? = nil, times: Int = 1
    ) {
        faults.add(Fault(kind, method: method, chat: chat?.number, bot: bot?.id, times: times))
    }

    package func clearFaults() { faults.clear() }

    package func setLimits(_ limits: Limits?) { pacing = Pacing(limits: limits) }

    /// How many long polls wait at this moment.
    package var pollsInFlight: Int { polls.count }

    package func isPolling(_ bot: World.Bot) -> Bool { polls[bot.id] != nil }

    /// Waits until the bot waits in a long poll.
    package func waitForPoll(of bot: World.Bot, timeout: Duration = Simulator.patience) async throws {
        let id = bot.id
        if polls[id] != nil { return }
        let before = world.bots[id]?.polls ?? 0
        _ = try await wait(timeout: timeout, for: "a long poll of \(bot.username)") { ($0.bots[id]?.polls ?? 0) > before ? true : nil }
    }
}

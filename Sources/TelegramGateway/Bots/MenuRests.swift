import TelegramBot

/// Which bots are not asked to show menus for a while: Telegram freezes the bot or cannot be reached, and that holds for its next chat, too.
struct MenuRests {
    /// Between the menus of two chats. Telegram allows about thirty calls a second in all, and messages go first.
    static let pace: Duration = .milliseconds(100)

    private var ends: [Int64: ContinuousClock.Instant] = [:]
    /// The places at which a rest began, in the order in which they failed last: the server may fail at just one of them.
    private var failed: [SlotTable.Place] = []

    /// - Returns: `nil` where the failure is the chat's own, or none.
    static func length(after error: BotAPIError) -> Duration? {
        switch error.remedy {
        case .repeatAfter(let seconds): .seconds(seconds)
        case .backOff, .backOffUncertain: Backoff.longest
        // A token that is refused is looked at every few minutes.
        case .stopBot: .seconds(300)
        default: nil
        }
    }

    func rests(_ bot: Int64, at now: ContinuousClock.Instant) -> Bool { ends[bot].map { $0 > now } ?? false }

    mutating func begin(_ length: Duration, at place: SlotTable.Place, at now: ContinuousClock.Instant) {
        ends[place.bot] = now + length
        failed.removeAll { $0 == place }
        failed.append(place)
    }

    mutating func noteDone(_ place: SlotTable.Place) { failed.removeAll { $0 == place } }

    /// Those that have not failed before those that have, so that none is behind one that always fails.
    func inOrder(_ changes: [ChatMenus.Change]) -> [ChatMenus.Change] {
        let late = failed.compactMap { place in changes.first { $0.place == place } }
        return changes.filter { !failed.contains($0.place) } + late
    }
}

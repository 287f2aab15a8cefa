import TelegramBot

/// Which bots are not asked to show menus for a while: Telegram freezes the bot or cannot be reached, and that holds for its next chat, too.
struct MenuRests {
    /// Between the menus of two chats. Telegram allows about thirty calls a second in all, and messages go first.
    static let pace: Duration = .milliseconds(100)

    private var ends: [Int64: ContinuousClock.Instant] = [:]

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

    mutating func begin(_ length: Duration, for bot: Int64, at now: ContinuousClock.Instant) { ends[bot] = now + length }
}

import TelegramBot

/// How the gateway reaches Telegram.
package struct GatewaySettings: Sendable {
    package var baseURL: String
    package var fileURL: String
    package var limits: SendPacer.Limits
    /// How long a poll waits for news, 0–50.
    package var pollSeconds: Int
    /// How long a stop may take to send what is left.
    package var drainSeconds: Int
    /// Bots of the configuration, beside those in the database.
    package var tokens: [BotToken]
    /// How live messages are paced.
    package var tails: TailPace
    /// How often messages that count down are looked at.
    package var countdowns: Duration = .seconds(30)
    /// How long a press may wait for what came of it before it is answered without words. Until it is answered the app shows that the
    /// button is at work (Bot API, `answerCallbackQuery`), and nobody looks at that for more than a second without pressing again.
    package var pressPatience: Duration = .seconds(1)

    package init(
        baseURL: String = BotAPIClient.defaultBaseURL, fileURL: String = BotAPIClient.defaultFileURL, limits: SendPacer.Limits = .telegram,
        pollSeconds: Int = 50, drainSeconds: Int = 10, tokens: [BotToken] = [], tails: TailPace = TailPace()
    ) {
        (self.baseURL, self.fileURL, self.limits) = (baseURL, fileURL, limits)
        (self.pollSeconds, self.drainSeconds, self.tokens, self.tails) = (pollSeconds, drainSeconds, tokens, tails)
    }
}

extension GatewaySettings {
    /// How many bots begin at once.
    private static let startingTogether = 16

    /// How long a bot of the configuration waits at the start before it asks Telegram for anything, so that a thousand of them do not open
    /// a thousand connections at once: some hundred a second begin, each at a moment of its own.
    ///
    /// - Parameter number: of the bot, from 0.
    func pause(beforeBot number: Int) -> Duration {
        guard number >= Self.startingTogether else { return .zero }
        return .milliseconds(10 * (number - Self.startingTogether) + .random(in: 0..<200))
    }
}

/// How tails are paced.
package struct TailPace: Sendable {
    /// Between two redraws of a chat's tails, where the network sets no limits.
    package var least: Duration
    /// Whether the session still lives, and may still be seen, is looked up so often.
    package var check: Duration
    /// Between two looks at a screen of which the first drew nothing: what a terminal prints in vain must not keep the hub busy.
    package var look: Duration

    package init(least: Duration = .seconds(1), check: Duration = .seconds(20), look: Duration = .milliseconds(20)) {
        (self.least, self.check, self.look) = (least, check, look)
    }
}

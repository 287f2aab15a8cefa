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

    package init(
        baseURL: String = BotAPIClient.defaultBaseURL, fileURL: String = BotAPIClient.defaultFileURL, limits: SendPacer.Limits = .telegram,
        pollSeconds: Int = 50, drainSeconds: Int = 10, tokens: [BotToken] = []
    ) {
        (self.baseURL, self.fileURL, self.limits) = (baseURL, fileURL, limits)
        (self.pollSeconds, self.drainSeconds, self.tokens) = (pollSeconds, drainSeconds, tokens)
    }
}

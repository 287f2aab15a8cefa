import TelegramBot
import TelegramGateway

extension ControlOperations {
    /// Adds a bot and prints who it is.
    func addBot(_ text: String) async throws -> String {
        guard let token = BotToken(text) else {
            throw ConfigurationError("this is no bot token: it looks like 123456:ABC…, @BotFather shows it")
        }
        do {
            return "@\(try await gateway.addBot(token: token).username)"
        } catch let error as BotAPIError {
            throw ConfigurationError("Telegram does not take this token: \(error)")
        }
    }

    /// One line a bot: id, user name, state, with tabs between them. Where there is none, a sentence on how to get one.
    func listBots() async throws -> String {
        let bots = try await gateway.storedBotNames()
        guard !bots.isEmpty else {
            return #"no bots yet: get a token from @BotFather, then echo "$TOKEN" | orchestratia-hub bot add"#
        }
        return bots.map { bot in
            let state = gateway.bots.first { $0.id == bot.id }?.line ?? "stored; the hub does not run"
            return "\(bot.id)\t\(bot.username.map { "@\($0)" } ?? "-")\t\(state)"
        }.joined(separator: "\n")
    }

    /// For `doctor`, one line a bot: id, user name, and what is wrong with it, empty if nothing is; with tabs between them.
    func checkBots() async throws -> String {
        try await gateway.checkBots().map { bot in
            let trouble = (bot.trouble ?? "").map { $0.isNewline || $0 == "\t" ? " " : $0 }
            return "\(bot.id)\t\(bot.username.map { "@\($0)" } ?? "-")\t\(String(trouble))"
        }.joined(separator: "\n")
    }

    func removeBot(_ name: String) async throws -> String {
        let bots = try await gateway.storedBotNames()
        let wanted = name.hasPrefix("@") ? String(name.dropFirst()) : name
        guard let bot = bots.first(where: { String($0.id) == wanted || $0.username?.lowercased() == wanted.lowercased() }) else {
            let known = bots.map { $0.username.map { "@\($0)" } ?? String($0.id) }.joined(separator: ", ")
            throw ConfigurationError(known.isEmpty ? "there are no bots" : "there is no bot \(name): there is \(known)")
        }
        try await gateway.removeBot(bot.id)
        let done = "removed \(bot.username.map { "@\($0)" } ?? String(bot.id))"
        guard gateway.isConfigured(bot.id) else { return done }
        return done
            + ", until the next start: its token is still in ORCHESTRATIA_BOT_TOKENS, ORCHESTRATIA_BOT_TOKENS_FILE or the configuration file. "
            + "Take it out there"
    }
}

import Foundation
import HTTPClient
import TelegramBot

extension Doctor {
    /// Those of the database and those that this call is configured with, which may be others.
    func checkBots(_ configuration: HubConfiguration, _ report: inout Report) async {
        let hasStored = await checkStoredBots(configuration, &report)
        guard !configuration.botTokens.isEmpty else {
            guard !hasStored else { return }
            return report.note("bots", "none yet: get a token from @BotFather, then `orchestratia-hub bot add` or ORCHESTRATIA_BOT_TOKENS")
        }
        guard let settings = try? configuration.curlSettings(), let transport = try? CurlMultiLoop(settings) else {
            return report.bad("bots", "libcurl could not be started")
        }
        for secret in configuration.botTokens {
            guard let token = BotToken(secret.revealed) else {
                report.bad("bots", "a token is not of the form 123456:ABC…: copy it again from @BotFather")
                continue
            }
            let client = BotAPIClient(
                token: token, transport: transport, baseURL: configuration.telegramAPI, fileURL: configuration.telegramFiles)
            do {
                report.good("bot \(token.id)", "is @\(try await client.me().username ?? "?")")
            } catch {
                report.bad("bot \(token.id)", "\(error): check the token, the network, and ORCHESTRATIA_TELEGRAM_PROXY")
            }
        }
        await transport.shutdown()
    }

    /// The bots of the database, as the running hub sees them, or else as Telegram does.
    ///
    /// - Returns: whether there are any, or there may be: a database that cannot be opened was told of before.
    private func checkStoredBots(_ configuration: HubConfiguration, _ report: inout Report) async -> Bool {
        guard FileManager.default.fileExists(atPath: configuration.database) else { return false }
        var answer = try? await ControlClient.ask(.checkBots, at: ControlSocket.path(for: configuration.database))
        if answer == nil { answer = try? await Program.withOpenHub(configuration) { await $0.perform(.checkBots) } }
        switch answer {
        case nil: return true
        case .failed(let text)?:
            report.bad("bots", text)
            return true
        case .done(let text)?:
            let bots = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
                .filter { $0.count == 3 }
            let working = bots.filter { $0[2].isEmpty }.map { $0[1] == "-" ? $0[0] : $0[1] }
            if !working.isEmpty {
                report.good("bots", "\(working.count) stored in the database, and working: \(working.joined(separator: ", "))")
            }
            for bot in bots where !bot[2].isEmpty { report.bad("bot \(bot[0])", (bot[1] == "-" ? "" : "\(bot[1]): ") + bot[2]) }
            return !bots.isEmpty
        }
    }
}

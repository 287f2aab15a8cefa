import Cryptography
import Foundation
import HubCore
import HubService

extension RunningHub {
    /// Says on standard output, and in the ready file, that the hub serves and how to get in. While nobody is paired, each start makes a
    /// new code.
    func announce(to readyFile: String?) async throws {
        let address = operations.publicURL()
        if NetworkHost(ofURL: address).isOfThisMachineOnly {
            log.warning(
                "registration tokens name an address that other machines cannot reach: set --public-url https://hub.example.org",
                metadata: ["address": "\(address)"])
        }
        let code = try await pairingCode()
        let names = try await botNames()
        if let readyFile { try ReadyFile(url: url, pairingCode: code, bots: names).write(to: readyFile) }
        printLine("orchestratia-hub \(Program.version) serves at \(url)")
        for bot in names {
            printLine(
                bot.username.map { "bot @\($0): https://t.me/\($0)" }
                    ?? "bot \(bot.id): Telegram does not answer for it yet; see `orchestratia-hub doctor`")
        }
        if names.isEmpty {
            printLine("No bot yet: get a token from @BotFather, then  echo \"$TOKEN\" | orchestratia-hub bot add")
        }
        guard let code else { return }
        printLine("Nobody is paired yet. Send this to a bot in a private chat within 24 hours to become the administrator:")
        printLine("  /start \(code)")
        if let bot = names.compactMap(\.username).first { printLine("or open  https://t.me/\(bot)?start=\(code)") }
    }

    private func pairingCode() async throws -> String? {
        guard try await !hub.isAnybodyPaired() else { return nil }
        let code = SecretToken.random()
        try await hub.run(MakePairingCode(code), as: .hub)
        return code.secret.revealed
    }

    /// Waits until each bot's first `getMe` was answered or failed, at most 5 seconds.
    private func botNames() async throws -> [ReadyFile.Bot] {
        try await gateway.introductions(atMost: .seconds(5)).map { ReadyFile.Bot(id: String($0.id), username: $0.username) }
    }
}

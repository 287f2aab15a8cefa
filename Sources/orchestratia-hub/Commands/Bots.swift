import ArgumentParser
import Foundation

struct Bot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bot", abstract: "The Telegram bots of this hub.", subcommands: [Add.self, List.self, Remove.self])

    struct Add: ControlCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a bot; its token is read from standard input.",
            discussion: "Get a token from @BotFather. It is stored encrypted: echo \"$TOKEN\" | orchestratia-hub bot add")

        @OptionGroup var options: HubOptions

        func request() throws -> ControlRequest {
            guard let token = readLine()?.trimmingCharacters(in: .whitespacesAndNewlines), !token.isEmpty else {
                throw Failure("no token on standard input: echo \"$TOKEN\" | orchestratia-hub bot add")
            }
            return .addBot(token: token)
        }
    }

    struct List: ControlCommand {
        static let configuration = CommandConfiguration(abstract: "List the bots: id, user name, state.")

        @OptionGroup var options: HubOptions

        func request() -> ControlRequest { .listBots }
    }

    struct Remove: ControlCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a bot and forget its token.")

        @Argument(help: "The bot's id or user name, as `bot list` shows it.")
        var bot: String

        @OptionGroup var options: HubOptions

        func request() -> ControlRequest { .removeBot(id: bot) }
    }
}

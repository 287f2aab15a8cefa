import HubCore
import HubService

/// What works on a running terminal: not in this version.
struct SessionCommand: ChatCommand {
    static let permission: Permission? = .see

    init(_ line: CommandLine) {}

    func reply(in context: ChatContext) async throws -> ChatReply {
        context.reply(
            "Live output comes with a later version: until then /task shows where a task stands, and its Log button how its attempts ended."
        )
    }
}

import ArgumentParser
import HubCore

/// Commands that other clients have and this one has not: each says so in a sentence.
protocol UnsupportedCommand: AgentCommand {
    static var sentence: String { get }
}

extension UnsupportedCommand {
    func run(in invocation: Invocation) async throws { throw Failure.sentence(Self.sentence) }
}

struct GrantsCommand: UnsupportedCommand {
    static let configuration = CommandConfiguration(commandName: "grants", shouldDisplay: false)
    static let sentence = "SSH grants are not supported"

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}

struct CodeCommands: UnsupportedCommand {
    static let configuration = CommandConfiguration(commandName: "code", shouldDisplay: false)
    static let sentence = "scans of code are not supported"

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}

struct UpdateCommand: UnsupportedCommand {
    static let configuration = CommandConfiguration(commandName: "update", shouldDisplay: false)
    static let sentence = "this program does not update itself: install it again the way it came here"

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}

struct RemoteCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remote", abstract: "Other sessions of the project.", shouldDisplay: false,
        subcommands: [Sessions.self, Execute.self, Read.self])

    struct Sessions: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "The same as session list.")

        func run(in invocation: Invocation) async throws { try await SessionList().run(in: invocation) }
    }

    struct Execute: UnsupportedCommand {
        static let configuration = CommandConfiguration(commandName: "exec", shouldDisplay: false)
        static let sentence = "running commands on other servers is not supported: make a task for it with `orchestratia task create`"

        @Argument(parsing: .captureForPassthrough) var rest: [String] = []
    }

    struct Read: UnsupportedCommand {
        static let configuration = CommandConfiguration(commandName: "read", shouldDisplay: false)
        static let sentence = "reading files of other servers is not supported: `orchestratia file send` brings one from there"

        @Argument(parsing: .captureForPassthrough) var rest: [String] = []
    }
}

import ArgumentParser
import Foundation
import HTTPClient
import HubCore

/// The program `orchestratia`: what agents and their people type in a terminal (agent protocol, section 10).
package enum CommandLineTool {
    package static let version = "0.1.0"

    /// Carries out one command line.
    ///
    /// - Parameter arguments: without the program's name. The token `--json` counts wherever it stands (section 4.4).
    /// - Returns: the exit code: 0 done, 1 failed, 2 wrong usage.
    package static func run(_ arguments: [String], in surroundings: Surroundings) async -> Int32 {
        let wantsJSON = arguments.contains("--json")
        let invocation = Invocation(surroundings: surroundings, wantsJSON: wantsJSON)
        do {
            let command = try Orchestratia.parseAsRoot(arguments.filter { $0 != "--json" })
            if let command = command as? any AgentCommand {
                try await command.run(in: invocation)
            } else {
                // A group without a command, and the parser's own commands: they print help.
                var command = command
                try command.run()
            }
            return 0
        } catch {
            return report(error, to: invocation)
        }
    }

    private static func report(_ error: any Error, to invocation: Invocation) -> Int32 {
        let console = invocation.console
        if let failure = error as? Failure {
            if invocation.wantsJSON {
                console.print(JSONValue.object([.init("error", .string(failure.description))]).indented)
            } else {
                console.complain(console.style("Error:", .red) + " " + failure.description)
                if let hint = failure.hint { console.complain(hint) }
            }
            return failure.exitCode
        }
        if let code = error as? ExitCode { return code.rawValue }
        let code = Orchestratia.exitCode(for: error)
        let message = Orchestratia.fullMessage(for: error)
        // Help comes as an error, too, and belongs on standard output.
        if code == .success {
            console.print(message)
            return 0
        }
        console.complain(message)
        return code == .validationFailure ? 2 : 1
    }
}

/// A command that does something.
protocol AgentCommand: ParsableCommand {
    func run(in invocation: Invocation) async throws
}

/// The program's commands.
struct Orchestratia: AgentCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchestratia",
        abstract: "Work on tasks of an Orchestratia hub, from the terminal of an agent.",
        discussion: """
            Every command takes --json, anywhere on the line, and then prints the hub's answer as JSON.
            Exit codes: 0 done, 1 failed, 2 wrong usage.
            """,
        subcommands: [
            TaskCommands.self, PipelineCommands.self, InterventionCommands.self, ServerCommands.self, SessionCommands.self,
            FileCommands.self,
            StatusCommand.self, InitCommand.self, HookCommands.self, RemoteCommands.self, GrantsCommand.self,
            CodeCommands.self, UpdateCommand.self,
        ])

    @Flag(name: [.customLong("version"), .customShort("V")], help: "Show the version.")
    var showsVersion = false

    func run(in invocation: Invocation) async throws {
        guard showsVersion else { throw CleanExit.helpRequest(self) }
        invocation.console.print("orchestratia \(CommandLineTool.version)")
    }
}

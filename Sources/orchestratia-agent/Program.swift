import AgentDaemon
import ArgumentParser
import Foundation

@main
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchestratia-agent",
        abstract: "Runs coding agents on this machine for an Orchestratia hub.",
        subcommands: [Serve.self, WorktreesCommand.self],
        defaultSubcommand: Serve.self)

    /// Exit codes are 0 done, 1 failed, 2 usage.
    static func main() async {
        // A reader that has gone is an error of that one write, not the end of everything.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Foundation.exit(code(afterReporting: error))
        }
    }

    private static func code(afterReporting error: any Error) -> Int32 {
        let code = exitCode(for: error)
        // Help comes as an error, too, and belongs on standard output.
        if code == .success {
            print(fullMessage(for: error))
            return 0
        }
        if code == .validationFailure { return report(fullMessage(for: error), 2) }
        let message = message(for: error)
        return report(message.isEmpty ? "\(error)" : message, 1)
    }

    private static func report(_ text: String, _ code: Int32) -> Int32 {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
        return code
    }
}

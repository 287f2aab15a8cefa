import ArgumentParser
import Foundation
import HubService

@main
struct Program: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "orchestratia-hub",
        abstract: "A hub for coding agents on your own servers, run from a Telegram chat.",
        discussion: "Try it without a token: orchestratia-hub demo",
        version: version,
        subcommands: [
            Serve.self, Demo.self, ConfigCommand.self, Doctor.self, PairingCode.self, RegistrationTokenCommand.self, APIToken.self,
            Administrator.self, Bot.self, ProjectCommand.self, PipelineCommand.self, Backup.self, Audit.self,
        ])

    /// Exit codes are 0 done, 1 failed, 2 usage: people script against them.
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
        switch error {
        case let failure as Failure: return report(failure.description, 1)
        case let error as ConfigurationError: return report(error.description, 2)
        case let taken as DatabaseLock.Taken: return report(taken.description, 1)
        case let error as HubError: return report(error.description, 1)
        // Whoever throws a bare code has said why before.
        case let code as ExitCode: return code.rawValue
        default: break
        }
        let code = exitCode(for: error)
        // Help and the version come as errors, too, and belong on standard output.
        if code == .success {
            print(fullMessage(for: error))
            return 0
        }
        if code == .validationFailure { return report(fullMessage(for: error), 2) }
        let message = message(for: error)
        return report(message.isEmpty ? "\(error)" : message, 1)
    }

    private static func report(_ text: String, _ code: Int32) -> Int32 {
        try? FileHandle.standardError.write(contentsOf: Data((Redactor.redact(text) + "\n").utf8))
        return code
    }
}

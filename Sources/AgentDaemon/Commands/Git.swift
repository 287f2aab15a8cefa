import Foundation

/// git, asked for answers that do not depend on the user's settings or wait for a password.
struct Git: Sendable {
    let path: String?

    func run(_ arguments: [String], in directory: String, limit: Duration = .seconds(60)) async throws(Command.Failure) -> Command.Result {
        // git's own variables (GIT_DIR and others) would point it elsewhere.
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") && !$0.key.hasPrefix("ORCHESTRATIA_") }
        environment["LC_ALL"] = "C"
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["GIT_OPTIONAL_LOCKS"] = "0"
        if let path { environment["PATH"] = path }
        var command = Command(["git"] + arguments, environment: environment, in: directory)
        command.limit = limit
        return try await command.run()
    }
}

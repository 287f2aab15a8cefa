import ArgumentParser
import Foundation

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the hub.",
        discussion: """
            The first start makes the database, a master key beside it and the project "default", and prints a code that makes you the \
            administrator. Bot tokens come from ORCHESTRATIA_BOT_TOKENS or ORCHESTRATIA_BOT_TOKENS_FILE, or from `orchestratia-hub bot add`.
            """)

    @OptionGroup var options: HubOptions

    func run() async throws {
        let configuration = try options.configuration()
        try await RunningHub.run(configuration) { hub in
            try await hub.announce(to: configuration.readyFile)
        }
    }
}

/// A line on standard output, at once: `print` would hold it back in a pipe, and lose it in a crash. Where nobody can read it, it is
/// lost, and nothing else is.
func printLine(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
}

import AgentDaemon
import ArgumentParser

struct WorktreesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worktrees", abstract: "List the worktrees that sessions were given, and what is in them.")

    @OptionGroup var file: ConfigurationOption
    @Flag(help: "Remove those that hold nothing of their own. Branches stay.")
    var clean = false

    func run() async throws {
        for line in try await file.program.worktrees(cleans: clean) { print(line) }
    }
}

import ArgumentParser
import Foundation

struct ProjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "project", abstract: "The hub's projects.", subcommands: [Create.self])

    struct Create: ControlCommand {
        static let configuration = CommandConfiguration(abstract: "Make a project.")

        @Argument(help: "1 to 20 characters out of a–z, 0–9 and _.")
        var name: String

        @OptionGroup var options: HubOptions

        func request() -> ControlRequest { .createProject(name: name) }
    }
}

struct Backup: ControlCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a consistent copy of the database, while the hub runs or not.",
        discussion: "Keep the master key beside it: without the key the copy's secrets cannot be read.")

    @Argument(help: "The file to write; it must not exist.")
    var file: String

    @OptionGroup var options: HubOptions

    func request() -> ControlRequest {
        .backup(path: URL(fileURLWithPath: file).standardizedFileURL.path)
    }
}

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The audit trail.", subcommands: [Verify.self])

    struct Verify: ControlCommand {
        static let configuration = CommandConfiguration(abstract: "Check that no event was changed or cut out.")

        @OptionGroup var options: HubOptions

        func request() -> ControlRequest { .verifyAudit }
    }
}

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Print the settings that flags, environment, file and defaults lead to; secrets as ***.")

    @OptionGroup var options: HubOptions

    func run() throws {
        print(try options.configuration().text)
    }
}

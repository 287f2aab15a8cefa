import ArgumentParser
import Foundation

struct PipelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Documents that become many tasks.", subcommands: [Check.self])

    struct Check: ControlCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what would come of a document, or everything that is wrong with it, each with line and column.",
            discussion: "Makes nothing. Exit code 1 if something is wrong.")

        /// The same as over REST.
        private static let largest = 32 << 20

        @Argument(help: "YAML or JSON.")
        var file: String

        @Option(help: "The project's name.")
        var project = "default"

        @OptionGroup var options: HubOptions

        func request() throws -> ControlRequest {
            guard let data = FileManager.default.contents(atPath: file) else { throw Failure("\(file) cannot be read") }
            guard data.count <= Self.largest else { throw Failure("\(file) is larger than \(Self.largest >> 20) MiB") }
            return .checkPipeline(project: project, document: String(decoding: data, as: UTF8.self))
        }
    }
}

import AgentDaemon
import ArgumentParser
import Foundation
import Logging

struct ConfigurationOption: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration; by default /etc/orchestratia or ~/.config/orchestratia.")
    var path: String?

    var program: AgentProgram { AgentProgram(path: path, environment: ProcessInfo.processInfo.environment) }
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Connect to the hub and run sessions (the default).")

    @OptionGroup var file: ConfigurationOption
    @Option(help: "Register with the hub that this token names, write the key into the configuration, and exit.")
    var register: String?
    @Flag(help: "Log what is going on.")
    var verbose = false
    @Flag(help: "Log everything.")
    var debug = false
    @Flag(help: "Print the version.")
    var version = false

    func run() async throws {
        if version { return print("orchestratia-agent \(AgentDaemon.version)") }
        if let register {
            try await file.program.register(token: register)
            return print("Registered. The key is in \(file.program.path).")
        }
        let level: Logger.Level = debug ? .debug : verbose ? .info : .notice
        var log = Logger(label: "orchestratia-agent") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = level
        try await file.program.serve(log: log)
    }
}

import ArgumentParser
import Foundation

/// The flags that every subcommand understands, since each must find the same hub.
struct HubOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read settings from this YAML file.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Where agents and scripts reach the hub; port 0 lets the system choose.", valueName: "host:port"))
    var listen: String?

    @Option(help: ArgumentHelp("The SQLite file.", valueName: "path"))
    var database: String?

    @Option(help: ArgumentHelp("The address that goes into registration tokens and links.", valueName: "url"))
    var publicURL: String?

    @Option(help: ArgumentHelp("The folder with the chat commands.", valueName: "dir"))
    var commands: String?

    @Option(help: ArgumentHelp("The folder with the programs that new servers download.", valueName: "dir"))
    var programs: String?

    @Option(help: ArgumentHelp("The folder with the launch profiles of agents.", valueName: "dir"))
    var agents: String?

    @Option(help: ArgumentHelp("Serve HTTPS with this certificate chain (PEM).", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key (PEM).", valueName: "file"))
    var tlsKey: String?

    @Flag(help: "Allow plain HTTP on an address that others can reach.")
    var insecureHttp = false

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var logFormat: String?

    @Option(help: ArgumentHelp("Write a JSON file here once the hub serves.", valueName: "path"))
    var readyFile: String?

    /// - Throws: ``ConfigurationError``
    func configuration(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> HubConfiguration {
        var configuration = HubConfiguration()
        if let config { try configuration.take(file: config) }
        let settings = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.key, $0) })
        var given: [(setting: Setting, value: String)] = []
        for setting in Setting.all {
            if let value = environment[setting.environment], !value.isEmpty { given.append((setting, value)) }
        }
        // Bot tokens of the environment replace those of the file, as every other setting does. Its two variables add up, like the file's
        // two keys.
        if given.contains(where: { $0.setting.key.hasPrefix("telegram.bot_tokens") }) { configuration.botTokens = [] }
        for (setting, value) in given {
            try configuration.take(value, for: setting, named: setting.environment)
        }
        let flags: [(String, String, String?)] = [
            ("--listen", "listen", listen), ("--database", "database", database), ("--public-url", "public_url", publicURL),
            ("--commands", "commands", commands), ("--programs", "programs", programs), ("--agents", "agents", agents),
            ("--tls-certificate", "tls.certificate", tlsCertificate),
            ("--tls-key", "tls.key", tlsKey), ("--insecure-http", "insecure_http", insecureHttp ? "true" : nil),
            ("--log-level", "log.level", logLevel), ("--log-format", "log.format", logFormat), ("--ready-file", "ready_file", readyFile),
        ]
        for (flag, key, value) in flags {
            guard let value, let setting = settings[key] else { continue }
            try configuration.take(value, for: setting, named: flag)
        }
        return try configuration.validated()
    }
}

extension HubConfiguration {
    mutating func take(_ value: String, for setting: Setting, named name: String) throws(ConfigurationError) {
        do {
            try setting.apply(value, &self)
        } catch {
            throw ConfigurationError("\(name): \(error.description)")
        }
    }
}

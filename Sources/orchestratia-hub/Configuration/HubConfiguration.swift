import Cryptography
import Foundation
import HubCore
import Logging

/// All that `orchestratia-hub` can be told, read once at the start and passed down. Flags go before the environment, that before the
/// file, that before the defaults (`etc/hub.yaml` documents each).
struct HubConfiguration: Sendable {
    var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    var database = HubConfiguration.standardDatabase
    /// What goes into registration tokens and links; `nil`: the listen address.
    var publicURL: String?
    /// `nil`: the folder that ships with the hub.
    var commands: String?
    /// Where the programs lie that new servers download; `nil`: beside this program.
    var programs: String?
    /// The folder with the launch profiles; `nil`: the one that ships with the hub.
    var agents: String?
    var botTokens: [Secret] = []
    var telegramAPI = "https://api.telegram.org"
    var telegramFiles = "https://api.telegram.org/file"
    var telegramProxy: Secret?
    var telegramLimits = TelegramLimits.telegram
    var spending = SpendingRules.standard
    var masterKey = MasterKeySource.besideDatabase
    var tlsCertificate: String?
    var tlsKey: String?
    var insecureHTTP = false
    var logLevel = Logger.Level.info
    var logFormat = LogFormat.text
    var readyFile: String?

    enum LogFormat: String, CaseIterable, Sendable { case text, json }
    /// Whether the hub paces itself by Telegram's known limits, or sends as fast as it can and only obeys 429.
    enum TelegramLimits: String, CaseIterable, Sendable { case telegram, none }
    enum MasterKeySource: Sendable {
        case key(Secret)
        case file(String)
        case besideDatabase
    }

    /// `/var/lib/orchestratia/hub.db` for root, `$XDG_DATA_HOME/orchestratia/hub.db` for everybody else.
    static var standardDatabase: String {
        if getuid() == 0 { return "/var/lib/orchestratia/hub.db" }
        let environment = ProcessInfo.processInfo.environment
        let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory() + "/.local/share"
        return data + "/orchestratia/hub.db"
    }

    /// What holds, with all paths from the root on.
    ///
    /// - Throws: ``ConfigurationError`` for values that do not go together.
    func validated() throws(ConfigurationError) -> HubConfiguration {
        guard !database.isEmpty else { throw ConfigurationError("--database needs the path of a file") }
        if database.hasPrefix("postgres://") || database.hasPrefix("postgresql://") {
            throw ConfigurationError("PostgreSQL is not supported yet: give --database the path of a SQLite file")
        }
        if (tlsCertificate == nil) != (tlsKey == nil) {
            throw ConfigurationError("--tls-certificate and --tls-key go together: give both, or none")
        }
        if !listen.isLoopback, tlsCertificate == nil, !insecureHTTP {
            throw ConfigurationError(
                "plain HTTP on \(listen) would send API keys in clear: give --tls-certificate and --tls-key, listen on 127.0.0.1 behind a proxy, or add --insecure-http if you know that the network is safe"
            )
        }
        if let url = publicURL, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            throw ConfigurationError("--public-url must begin with http:// or https://, not \(url)")
        }
        for (name, url) in [("TELEGRAM_API_URL", telegramAPI), ("TELEGRAM_FILE_URL", telegramFiles)]
        where !url.hasPrefix("https://") && !url.hasPrefix("http://") {
            throw ConfigurationError("ORCHESTRATIA_\(name) must begin with https:// (or http:// on this machine)")
        }
        return try withAbsolutePaths()
    }
}

/// `HOST:PORT`; an IPv6 address stands in brackets.
struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    var host: String
    var port: Int

    init(host: String, port: Int) {
        (self.host, self.port) = (host, port)
    }

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
        self.init(host: host, port: port)
    }

    var isLoopback: Bool { NetworkHost(host).isLoopback }

    /// Where this machine finds what listens here: an address that stands for all of them is none that could be called.
    var called: ListenAddress {
        guard NetworkHost(host).isUnspecified else { return self }
        return ListenAddress(host: host.contains(":") ? "::1" : "127.0.0.1", port: port)
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// What is wrong with the configuration, as a sentence that names the setting and the cure.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

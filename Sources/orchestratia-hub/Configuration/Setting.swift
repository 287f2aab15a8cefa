import Cryptography
import Foundation
import HubCore
import Logging

/// One thing that can be set, by whatever name: the same rules hold for its flag, its environment variable and its key in the file.
struct Setting: Sendable {
    /// The dotted key in the file: `telegram.api_url`.
    let key: String
    let environment: String
    let apply: @Sendable (String, inout HubConfiguration) throws(ConfigurationError) -> Void

    static let all: [Setting] = [
        Setting(key: "listen", environment: "ORCHESTRATIA_LISTEN") { text, configuration throws(ConfigurationError) in
            guard let address = ListenAddress(text) else { throw ConfigurationError("expected HOST:PORT, for example 127.0.0.1:8080") }
            configuration.listen = address
        },
        Setting(key: "database", environment: "ORCHESTRATIA_DATABASE") { $1.database = expandingHome($0) },
        Setting(key: "public_url", environment: "ORCHESTRATIA_PUBLIC_URL") { $1.publicURL = $0 },
        Setting(key: "commands", environment: "ORCHESTRATIA_COMMANDS") { $1.commands = expandingHome($0) },
        Setting(key: "programs", environment: "ORCHESTRATIA_PROGRAMS") { $1.programs = expandingHome($0) },
        Setting(key: "agents", environment: "ORCHESTRATIA_AGENTS") { $1.agents = expandingHome($0) },
        Setting(key: "telegram.bot_tokens", environment: "ORCHESTRATIA_BOT_TOKENS") { $1.botTokens += tokens(in: $0) },
        Setting(key: "telegram.bot_tokens_file", environment: "ORCHESTRATIA_BOT_TOKENS_FILE") {
            text, configuration throws(ConfigurationError) in
            configuration.botTokens += tokens(in: try contents(of: text))
        },
        Setting(key: "telegram.api_url", environment: "ORCHESTRATIA_TELEGRAM_API_URL") { $1.telegramAPI = withoutSlash($0) },
        Setting(key: "telegram.file_url", environment: "ORCHESTRATIA_TELEGRAM_FILE_URL") { $1.telegramFiles = withoutSlash($0) },
        Setting(key: "telegram.proxy", environment: "ORCHESTRATIA_TELEGRAM_PROXY") { $1.telegramProxy = Secret($0) },
        Setting(key: "telegram.limits", environment: "ORCHESTRATIA_TELEGRAM_LIMITS") { text, configuration throws(ConfigurationError) in
            configuration.telegramLimits = try choice(text)
        },
        Setting(key: "spending.currency", environment: "ORCHESTRATIA_SPENDING_CURRENCY") { text, configuration throws(ConfigurationError) in
            guard SpendingRules.isCurrency(text.uppercased()) else {
                throw ConfigurationError("expected a currency as ISO 4217 names it, for example USD")
            }
            configuration.spending.currency = text.uppercased()
        },
        Setting(key: "spending.day_cap", environment: "ORCHESTRATIA_SPENDING_DAY_CAP") { text, configuration throws(ConfigurationError) in
            if text.lowercased() == "off" { return configuration.spending.dayCap = nil }
            guard let cap = Money(decimal: text), cap > .zero else {
                throw ConfigurationError("expected an amount such as 50 or 12.50, or off")
            }
            configuration.spending.dayCap = cap
        },
        Setting(key: "master_key", environment: "ORCHESTRATIA_MASTER_KEY") { $1.masterKey = .key(Secret($0)) },
        Setting(key: "master_key_file", environment: "ORCHESTRATIA_MASTER_KEY_FILE") { $1.masterKey = .file(expandingHome($0)) },
        Setting(key: "tls.certificate", environment: "ORCHESTRATIA_TLS_CERTIFICATE") { $1.tlsCertificate = expandingHome($0) },
        Setting(key: "tls.key", environment: "ORCHESTRATIA_TLS_KEY") { $1.tlsKey = expandingHome($0) },
        Setting(key: "insecure_http", environment: "ORCHESTRATIA_INSECURE_HTTP") { text, configuration throws(ConfigurationError) in
            configuration.insecureHTTP = try boolean(text)
        },
        Setting(key: "log.level", environment: "ORCHESTRATIA_LOG_LEVEL") { text, configuration throws(ConfigurationError) in
            configuration.logLevel = try choice(text)
        },
        Setting(key: "log.format", environment: "ORCHESTRATIA_LOG_FORMAT") { text, configuration throws(ConfigurationError) in
            configuration.logFormat = try choice(text)
        },
        Setting(key: "ready_file", environment: "ORCHESTRATIA_READY_FILE") { $1.readyFile = expandingHome($0) },
    ]

    private static func choice<Value: RawRepresentable & CaseIterable>(_ text: String) throws(ConfigurationError) -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: text.lowercased()) else {
            throw ConfigurationError("expected \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    private static func boolean(_ text: String) throws(ConfigurationError) -> Bool {
        switch text.lowercased() {
        case "1", "true", "yes", "on": true
        case "0", "false", "no", "off", "": false
        default: throw ConfigurationError("expected true or false")
        }
    }

    private static func contents(of path: String) throws(ConfigurationError) -> String {
        guard let text = try? String(contentsOfFile: expandingHome(path), encoding: .utf8) else {
            throw ConfigurationError("\(path) cannot be read")
        }
        return text
    }
}

private func expandingHome(_ path: String) -> String { (path as NSString).expandingTildeInPath }

private func withoutSlash(_ url: String) -> String {
    url.hasSuffix("/") ? String(url.dropLast()) : url
}

/// Tokens stand apart by commas or line ends; lines with `#` are comments.
private func tokens(in text: String) -> [Secret] {
    text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        .flatMap { $0.split(separator: ",") }
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.map { Secret($0) }
}

import ChatOps
import Foundation
import HTTPClient
import HummingbirdCore
import LiveSessions
import Logging
import TLSSupport
import TelegramBot

/// What the parts of the hub get from the configuration.
extension HubConfiguration {
    /// Where this machine reaches the hub.
    ///
    /// - Parameter port: the one that the system chose; `nil`: that of the configuration.
    func localURL(port: Int? = nil) -> String {
        let address = ListenAddress(host: listen.host, port: port ?? listen.port).called
        return (tlsCertificate == nil ? "http://" : "https://") + address.description
    }

    /// What goes into registration tokens and links.
    func hubURL(port: Int? = nil) -> String { publicURL ?? localURL(port: port) }

    /// How the Bot API is reached. `SSL_CERT_FILE` names the certificates to trust instead of the system's, as OpenSSL has it: a Bot API
    /// server of one's own may have one that only this house knows.
    ///
    /// - Throws: ``ConfigurationError`` for a proxy that cannot be one.
    func curlSettings() throws(ConfigurationError) -> CurlSettings {
        let trusted = ProcessInfo.processInfo.environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        guard let telegramProxy else { return CurlSettings(certificateAuthorityFile: trusted) }
        guard let proxy = CurlSettings.Proxy(telegramProxy.revealed) else {
            throw ConfigurationError("ORCHESTRATIA_TELEGRAM_PROXY: expected socks5h://host:port or http://host:port")
        }
        return CurlSettings(proxy: proxy, certificateAuthorityFile: trusted)
    }

    /// Puts TLS around the server where it is configured.
    func wrapping() throws -> @Sendable (HTTPServerBuilder) throws -> HTTPServerBuilder {
        guard let tlsCertificate, let tlsKey else { return { $0 } }
        return { base in
            do {
                return try ServerTLS.builder(certificate: tlsCertificate, key: tlsKey, over: base)
            } catch let error as ServerTLS.Unusable {
                throw ConfigurationError(error.description)
            }
        }
    }

    static func logLevel(_ text: String) -> Logger.Level? { Logger.Level(rawValue: text.lowercased()) }

    /// The path of this program, for finding what ships with it.
    static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? Swift.CommandLine.arguments[0]
    }

    static var programFolder: String { (program as NSString).deletingLastPathComponent }
}

extension HubConfiguration {
    /// The chat commands, from the folder that is configured or that ships with the hub.
    ///
    /// - Throws: ``ConfigurationError``
    func catalogue() throws(ConfigurationError) -> Catalogue {
        do {
            return try Catalogue.find(given: commands, executable: Self.program)
        } catch {
            throw ConfigurationError("\(error)")
        }
    }
}

extension HubConfiguration {
    /// The launch profiles of agents, from the folder that is configured or that ships with the hub.
    ///
    /// - Throws: ``ConfigurationError``
    func profiles() throws(ConfigurationError) -> LaunchProfiles {
        do {
            return try LaunchProfiles.find(given: agents, executable: Self.program)
        } catch {
            throw ConfigurationError("\(error)")
        }
    }
}

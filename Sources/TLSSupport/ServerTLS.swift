import Foundation
import HummingbirdCore
import HummingbirdTLS
import NIOSSL

/// TLS for the hub's own port.
package enum ServerTLS {
    /// Why a certificate cannot be used, as a sentence that names the file.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    /// HTTP/1.1 over TLS 1.2 or newer.
    ///
    /// - Parameters:
    ///   - certificate: path of a PEM file: the certificate, then the chain above it.
    ///   - key: path of the PEM file with the certificate's private key.
    /// - Throws: ``Unusable``
    package static func builder(certificate: String, key: String, over base: HTTPServerBuilder) throws -> HTTPServerBuilder {
        let chain = try Self.chain(in: certificate)
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw Unusable(description: "the private key \(key) cannot be read: it must be a PEM file that this user may read")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        do {
            // The builder reads the two only when the port is opened.
            _ = try NIOSSLContext(configuration: configuration)
            return try .tls(base, tlsConfiguration: configuration)
        } catch {
            throw Unusable(description: "the certificate \(certificate) and the key \(key) do not go together")
        }
    }

    /// The time in which a certificate, and the chain above it in the same file, are valid.
    ///
    /// - Throws: ``Unusable``
    package static func validity(of certificate: String) throws -> (from: Date, until: Date) {
        func date(_ seconds: Int) -> Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }
        let chain = try Self.chain(in: certificate)
        return (
            chain.map { date($0.notValidBefore) }.max() ?? .distantFuture, chain.map { date($0.notValidAfter) }.min() ?? .distantPast
        )
    }

    /// At least one certificate.
    private static func chain(in path: String) throws -> [NIOSSLCertificate] {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw Unusable(description: "the certificate \(path) cannot be read: it must be a PEM file that this user may read")
        }
        guard !chain.isEmpty else { throw Unusable(description: "there is no certificate in \(path)") }
        return chain
    }
}

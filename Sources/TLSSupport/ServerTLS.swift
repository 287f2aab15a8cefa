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
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw Unusable(description: "the certificate \(certificate) cannot be read: it must be a PEM file that this user may read")
        }
        guard !chain.isEmpty else { throw Unusable(description: "there is no certificate in \(certificate)") }
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
            return try .tls(base, tlsConfiguration: configuration)
        } catch {
            throw Unusable(description: "the certificate \(certificate) and the key \(key) do not go together")
        }
    }
}

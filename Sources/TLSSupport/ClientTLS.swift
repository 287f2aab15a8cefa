import Foundation
import NIOCore
import NIOSSL

/// TLS for connections that this program opens.
package struct ClientTLS: Sendable {
    /// Why the settings cannot be used.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    private let context: NIOSSLContext

    /// TLS 1.2 or newer, HTTP/1.1.
    ///
    /// - Parameters:
    ///   - verifies: whether the server's certificate and name must be right; `false` is the setting `insecure_tls`.
    ///   - certificates: path of a PEM file to trust instead of the system's, as in `SSL_CERT_FILE`.
    /// - Throws: ``Unusable``
    package init(verifies: Bool = true, certificates: String? = nil) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = verifies ? .fullVerification : .none
        if let certificates, !certificates.isEmpty { configuration.trustRoots = .file(certificates) }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Unusable(description: "the certificates in \(certificates ?? "the system's store") cannot be read")
        }
    }

    /// Adds TLS to the end of a channel's pipeline; to be called on its event loop.
    package func add(to channel: any Channel, host: String) throws {
        // An address is no name that a server could be asked for (RFC 6066, section 3); it is checked against the certificate all the same.
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host))
    }

    /// A sentence on an error of TLS; `nil` for other errors.
    package static func explain(_ error: any Error) -> String? {
        switch error {
        case NIOSSLError.unableToValidateCertificate: "the server's certificate is not valid for its name"
        case NIOSSLError.handshakeFailed(let cause):
            "\(cause)".contains("CERTIFICATE_VERIFY_FAILED")
                ? "the server's certificate is not trusted" : "the TLS handshake failed: \(cause)"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: "\(error)"
        default: nil
        }
    }
}

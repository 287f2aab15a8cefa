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
    private let verifies: Bool

    /// TLS 1.2 or newer, HTTP/1.1.
    ///
    /// - Parameters:
    ///   - verifies: whether the server's certificate and name must be right; `false` is the setting `insecure_tls`.
    ///   - certificates: path of a PEM file to trust instead of the system's, as in `SSL_CERT_FILE`.
    /// - Throws: ``Unusable``
    package init(verifies: Bool = true, certificates: String? = nil) throws {
        self.verifies = verifies
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = verifies ? .noHostnameVerification : .none
        if let certificates, !certificates.isEmpty { configuration.trustRoots = .file(certificates) }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Unusable(description: "the certificates in \(certificates ?? "the system's store") cannot be read")
        }
    }

    /// Adds TLS to the end of a channel's pipeline; to be called on its event loop.
    package func add(to channel: any Channel, host: String) throws {
        let name = CertificateName(host)
        let handler =
            try verifies
            ? NIOSSLClientHandler._makeSSLClientHandler(context: context, serverHostname: name.serverName) { certificate, channel in
                channel.eventLoop.makeCompletedFuture {
                    guard name.isIn(certificate) else { throw CertificateName.Mismatch() }
                }
            }
            : NIOSSLClientHandler(context: context, serverHostname: name.serverName)
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// A sentence on an error of TLS; `nil` for other errors.
    package static func explain(_ error: any Error) -> String? {
        switch error {
        case is CertificateName.Mismatch: "the server's certificate is not valid for its name"
        case NIOSSLError.handshakeFailed(let cause):
            "\(cause)".contains("CERTIFICATE_VERIFY_FAILED")
                ? "the server's certificate is not trusted" : "the TLS handshake failed: \(cause)"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: "\(error)"
        default: nil
        }
    }
}

import Foundation
import HubTesting

/// A certificate that signs itself, and its key, made by the `openssl` that Debian's ca-certificates brings along.
struct TestCertificate: Sendable {
    struct NotMade: Error {}

    /// PEM files.
    let certificate: String
    let key: String

    /// - Parameter names: what it is valid for, as in `IP:127.0.0.1` and `DNS:hub.example`.
    init(for names: [String] = ["IP:127.0.0.1"], in folder: String) async throws {
        let name = "\(UUID().uuidString.prefix(8))"
        (certificate, key) = ("\(folder)/\(name).pem", "\(folder)/\(name).key")
        let arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=hub"]
            + ["-addext", "subjectAltName=" + names.joined(separator: ","), "-keyout", key, "-out", certificate]
        let status = try await OffPool.run {
            let openssl = Process()
            openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            openssl.arguments = arguments
            openssl.standardError = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            return openssl.terminationStatus
        }
        guard status == 0 else { throw NotMade() }
    }

    /// Of the hub's command line.
    var arguments: [String] { ["--tls-certificate", certificate, "--tls-key", key] }
}

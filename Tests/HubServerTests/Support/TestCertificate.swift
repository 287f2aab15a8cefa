import Foundation
import HubTesting

/// A certificate that signs itself, and its key, made by the `openssl` that Debian's ca-certificates brings along.
struct TestCertificate: Sendable {
    struct NotMade: Error {}

    /// Paths of PEM files.
    let certificate: String
    let key: String

    /// Makes a certificate for 127.0.0.1 and `hub.test`, that lasts as long as `body`.
    static func make<Value>(_ body: (TestCertificate) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = TestCertificate(
            certificate: folder.appendingPathComponent("certificate.pem").path, key: folder.appendingPathComponent("key.pem").path)
        let arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=hub.test"]
            + ["-addext", "subjectAltName=IP:127.0.0.1,DNS:hub.test", "-keyout", made.key, "-out", made.certificate]
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
        return try await body(made)
    }
}

import Foundation
import HTTPClient
import HubCore
import TelegramBot
import Testing

import enum HubCore.JSONValue

@Suite struct TLSTests {
    /// A certificate for 127.0.0.1 that signs itself, and its key, made by the `openssl` that Debian's ca-certificates brings along.
    private static func makeCertificate(in folder: String) throws -> (certificate: String, key: String) {
        let (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
            + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        return (certificate, key)
    }

    @Test func `serves HTTPS with a certificate, and refuses plain HTTP there`() async throws {
        let hub = try HubProgram()
        let (certificate, key) = try Self.makeCertificate(in: hub.folder)
        try await hub.start(["--tls-certificate", certificate, "--tls-key", key])
        #expect(hub.url.hasPrefix("https://127.0.0.1:"))
        let transport = try CurlMultiLoop(CurlSettings(certificateAuthorityFile: certificate))
        let health = hub.url + "/api/v1/health"
        let answer = try await transport.send(HTTPRequest(.get, health, isRepeatable: true))
        #expect(answer.status == 200)
        #expect(try JSONValue(parsing: Array(answer.body))["status"]?.string == "ok")
        let stranger = try CurlMultiLoop()
        await #expect(throws: HTTPTransportError.self) { _ = try await stranger.send(HTTPRequest(.get, health, isRepeatable: true)) }
        await #expect(throws: HTTPTransportError.self) {
            _ = try await transport.send(HTTPRequest(.get, health.replacing("https://", with: "http://"), isRepeatable: true))
        }
        await transport.shutdown()
        await stranger.shutdown()
        #expect(hub.stop() == 0)
    }

    @Test func `a certificate that cannot be read is named before anything starts`() throws {
        let hub = try HubProgram()
        let output = try hub.run([
            "serve", "--listen", "127.0.0.1:0", "--tls-certificate", "/nonexistent.pem", "--tls-key", "/nonexistent.key",
        ])
        #expect(output.status != 0)
        #expect(output.error.contains("/nonexistent.pem"))
    }
}

import Foundation
import HTTPClient
import HubCore
import HubTesting
import TelegramBot
import Testing

import enum HubCore.JSONValue

@Suite struct TLSTests {
    @Test func `serves HTTPS with a certificate, and refuses plain HTTP there`() async throws {
        let hub = try HubProgram()
        let certificate = try await TestCertificate(in: hub.folder)
        try await hub.start(certificate.arguments)
        #expect(hub.url.hasPrefix("https://127.0.0.1:"))
        let transport = try CurlMultiLoop(CurlSettings(certificateAuthorityFile: certificate.certificate))
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
        #expect(await hub.stop() == 0)
    }

    @Test func `a Bot API is trusted by the certificates that SSL_CERT_FILE names`() async throws {
        // Another hub speaks TLS as a Bot API would, and knows no bots.
        let peer = try HubProgram()
        let certificate = try await TestCertificate(in: peer.folder)
        try await peer.start(certificate.arguments)
        func doctor(_ environment: [String: String]) async throws -> String {
            let hub = try HubProgram()
            let bots = [
                "ORCHESTRATIA_BOT_TOKENS": "123456:AAbotbotbotbotbotbotbotbotbotbotbotb", "ORCHESTRATIA_TELEGRAM_API_URL": peer.url,
            ]
            return try await HubProgram.run(
                ["doctor", "--database", hub.database], environment: bots.merging(environment) { $1 }
            ).standard
        }
        let (stranger, friend) = (try await doctor([:]), try await doctor(["SSL_CERT_FILE": certificate.certificate]))
        #expect(stranger.contains("FAULT bot 123456") && stranger.contains("certificate"))
        #expect(friend.contains("FAULT bot 123456") && !friend.contains("certificate"))
        #expect(await peer.stop() == 0)
    }

    @Test func `doctor tells a certificate that has expired, and a key of another, from good ones`() async throws {
        let hub = try HubProgram()
        let (good, other) = (try await TestCertificate(in: hub.folder), try await TestCertificate(in: hub.folder))
        let old = try await TestCertificate.expired(in: hub.folder)
        func line(_ certificate: String, _ key: String) async throws -> String {
            let report = try await hub.run(["doctor", "--tls-certificate", certificate, "--tls-key", key]).standard
            return String(report.split(separator: "\n").first { $0.contains(" TLS: ") } ?? "")
        }
        #expect(try await line(good.certificate, good.key).hasPrefix("ok    TLS: certificate and key go together, until 20"))
        #expect(
            try await line(good.certificate, other.key)
                == "FAULT TLS: the certificate \(good.certificate) and the key \(other.key) do not go together")
        #expect(
            try await line(old.certificate, old.key)
                == "FAULT TLS: the certificate \(old.certificate) expired at 2020-01-02T00:00:00.000Z: renew it, then restart the hub")
        let serving = try await hub.run(["serve", "--listen", "127.0.0.1:0", "--tls-certificate", good.certificate, "--tls-key", other.key])
        #expect(serving.status == 2 && serving.error.contains("do not go together"), "\(serving.error)")
    }

    @Test func `a certificate that cannot be read is named before anything starts`() async throws {
        let hub = try HubProgram()
        let output = try await hub.run([
            "serve", "--listen", "127.0.0.1:0", "--tls-certificate", "/nonexistent.pem", "--tls-key", "/nonexistent.key",
        ])
        #expect(output.status != 0)
        #expect(output.error.contains("/nonexistent.pem"))
    }
}

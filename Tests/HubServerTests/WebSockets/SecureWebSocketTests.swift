import HubCore
import HubTesting
import TLSSupport
import Testing
import WebSocket

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct SecureWebSocketTests {
    private static let echo = WebSocketRoute(path: "/ws/server") { connection, _ in
        for await message in connection.messages { try await connection.send(message) }
    }

    private func client(trusting certificate: String? = nil, verifies: Bool = true) throws -> WebSocketClient {
        let tls = try ClientTLS(verifies: verifies, certificates: certificate)
        return WebSocketClient(tls: WebSocketTLS(add: tls.add, explain: ClientTLS.explain))
    }

    private func endpoint(_ host: String, _ port: Int) throws -> WebSocketEndpoint {
        try #require(WebSocketEndpoint(hub: "https://\(host):\(port)", path: "/ws/server"))
    }

    private func expectEcho(_ client: WebSocketClient, _ endpoint: WebSocketEndpoint, through proxy: WebSocketProxy? = nil) async throws {
        let long = WebSocketMessage.binary((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try await client.connect(to: endpoint, through: proxy) { connection in
            for message in [.text("over TLS"), long] {
                try await connection.send(message)
                #expect(await connection.receive() == message)
            }
            await connection.close(code: 4000, reason: "enough")
            #expect(connection.closeInfo == WebSocketClosure(code: 4000, reason: "enough", origin: .local))
        }
    }

    @Test("wss is served to who trusts the certificate, by address")
    func trusted() async throws {
        try await TestCertificate.make { certificate in
            try await TestHub.serve(webSockets: [Self.echo], tls: certificate) { hub in
                try await expectEcho(client(trusting: certificate.certificate), endpoint("127.0.0.1", hub.port))
            }
        }
    }

    @Test("a certificate that another authority signed, or none that is known, is refused with a reason")
    func untrusted() async throws {
        try await TestCertificate.make { other in
            try await TestCertificate.make { certificate in
                try await TestHub.serve(webSockets: [Self.echo], tls: certificate) { hub in
                    for client in [try client(trusting: other.certificate), try client()] {
                        await #expect(throws: WebSocketClientError.tlsFailed("the server's certificate is not trusted")) {
                            try await client.connect(to: endpoint("127.0.0.1", hub.port)) { _ in }
                        }
                    }
                    try await expectEcho(client(verifies: false), endpoint("127.0.0.1", hub.port))
                }
            }
        }
    }

    @Test("through a proxy the hub is still the one that is verified, by its name")
    func proxied() async throws {
        try await TestCertificate.make { certificate in
            try await TestHub.serve(webSockets: [Self.echo], tls: certificate) { hub in
                let requests = Locked([String]())
                try await TunnelProxy.serve(to: hub.port, requests) { port in
                    let proxy = try #require(WebSocketProxy("http://127.0.0.1:\(port)"))
                    let client = try client(trusting: certificate.certificate)
                    try await expectEcho(client, endpoint("hub.test", 443), through: proxy)
                    // The second is not the address that the certificate names, though the socket leads to one that is.
                    for host in ["other.test", "127.0.0.2"] {
                        await #expect(throws: WebSocketClientError.tlsFailed("the server's certificate is not valid for its name")) {
                            try await client.connect(to: endpoint(host, 443), through: proxy) { _ in }
                        }
                    }
                    try await expectEcho(self.client(verifies: false), endpoint("other.test", 443), through: proxy)
                }
                #expect(requests.withLock { $0.map { $0.prefix { $0 != "\r\n" } } }.first == "CONNECT hub.test:443 HTTP/1.1")
            }
        }
    }

    @Test("TLS at a port that speaks plainly, and plainly at one that speaks TLS, are errors")
    func mixed() async throws {
        try await TestHub.serve(webSockets: [Self.echo]) { hub in
            do {
                try await client(verifies: false).connect(to: endpoint("127.0.0.1", hub.port)) { _ in }
                Issue.record("it connected")
            } catch WebSocketClientError.tlsFailed(let why) {
                #expect(why.hasPrefix("the TLS handshake failed"))
            }
        }
        try await TestCertificate.make { certificate in
            try await TestHub.serve(webSockets: [Self.echo], tls: certificate) { hub in
                let plain = try #require(WebSocketEndpoint(hub: "http://127.0.0.1:\(hub.port)", path: "/ws/server"))
                do {
                    try await WebSocketClient().connect(to: plain) { _ in }
                    Issue.record("it connected")
                } catch WebSocketClientError.handshakeFailed {
                }
            }
        }
    }
}

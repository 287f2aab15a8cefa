import HubCore
import HubTesting
import NIOCore
import NIOPosix
import Testing

@testable import WebSocket

@Suite(.timeLimit(.minutes(3))) struct ClientTests {
    private func endpoint(_ port: Int, _ scheme: String = "http") throws -> WebSocketEndpoint {
        try #require(WebSocketEndpoint(hub: "\(scheme)://127.0.0.1:\(port)", path: "/ws"))
    }

    @Test(
        "an answer that is no upgrade is an error of its own",
        arguments: [
            ("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno", WebSocketClientError.refused(status: 401)),
            ("HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n", .refused(status: 302)),
            (
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n",
                .handshakeFailed("the server's answer is not one to our request")
            ),
        ])
    func refused(_ answer: String, error: WebSocketClientError) async throws {
        try await TestListener.serve {
            CannedAnswer(answer)
        } _: { listener -> Void in
            await #expect(throws: error) { try await WebSocketClient().connect(to: endpoint(listener.port)) { _ in } }
        }
    }

    @Test("what is no HTTP is no handshake")
    func noHTTP() async throws {
        try await TestListener.serve {
            CannedAnswer("SSH-2.0-x\r\n")
        } _: { listener in
            do {
                try await WebSocketClient().connect(to: endpoint(listener.port)) { _ in }
                Issue.record("it connected")
            } catch WebSocketClientError.handshakeFailed {
            }
        }
    }

    @Test("nobody listening, and nobody answering, are told apart")
    func nobody() async throws {
        try await TestListener.serve {
            CannedAnswer("")
        } _: { listener in
            var client = WebSocketClient()
            client.handshakeTimeout = .milliseconds(50)
            let place = "127.0.0.1:\(listener.port)"
            await #expect(throws: WebSocketClientError.timedOut(connectingTo: place)) {
                try await client.connect(to: endpoint(listener.port)) { _ in }
            }
        }
        let refusing = try RefusingPort()
        do {
            try await WebSocketClient().connect(to: endpoint(refusing.port)) { _ in }
            Issue.record("it connected")
        } catch WebSocketClientError.cannotConnect(let place, _) {
            #expect(place == "127.0.0.1:\(refusing.port)")
        }
        withExtendedLifetime(refusing) {}
    }

    @Test("a client without TLS does not try wss")
    func noTLS() async throws {
        await #expect(throws: WebSocketClientError.tlsFailed("this client has no TLS")) {
            try await WebSocketClient().connect(to: endpoint(1, "https")) { _ in }
        }
    }

    @Test("a tunnel through a proxy carries the connection, with the proxy's password")
    func proxy() async throws {
        let requests = Locked([String]())
        try await TestServer.serve { connection in
            for await message in connection.messages { try await connection.send(message) }
        } _: { server in
            try await TunnelProxy.serve(to: server.port, requests) { port in
                let proxy = try #require(WebSocketProxy("http://me:secret@127.0.0.1:\(port)"))
                let endpoint = try #require(WebSocketEndpoint(hub: "http://hub.test", path: "/ws"))
                try await WebSocketClient().connect(to: endpoint, through: proxy) { connection in
                    try await connection.send(.text("through"))
                    #expect(await connection.receive() == .text("through"))
                }
            }
        }
        let request = try #require(requests.withLock { $0 }.first)
        #expect(request.hasPrefix("CONNECT hub.test:80 HTTP/1.1\r\nHost: hub.test:80\r\n"))
        #expect(request.contains("\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n"))
    }

    @Test(
        "a proxy that says no is an error of its own",
        arguments: [
            ("HTTP/1.1 407 Who are you\r\n\r\n", 407), ("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", 403), ("what?\r\n\r\n", nil),
        ])
    func proxyRefuses(_ answer: String, status: Int?) async throws {
        try await TestListener.serve {
            CannedAnswer(answer)
        } _: { listener in
            let proxy = try #require(WebSocketProxy("http://127.0.0.1:\(listener.port)"))
            await #expect(throws: WebSocketClientError.proxyRefused(status: status)) {
                try await WebSocketClient().connect(to: endpoint(1), through: proxy) { _ in }
            }
        }
    }

    @Test("cancelling ends the wait for a handshake")
    func cancelled() async throws {
        try await TestListener.serve {
            CannedAnswer("")
        } _: { listener in
            let task = Task { try await WebSocketClient().connect(to: endpoint(listener.port)) { _ in } }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}

import HubCore
import HubService
import Testing
import WebSocket

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct WebSocketUpgradeTests {
    private static let upgrade =
        "Host: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"

    private static let echo = WebSocketRoute(path: "/ws/server") { connection, request in
        if let name = request.query("name") { try await connection.send(.text(name)) }
        for await message in connection.messages { try await connection.send(message) }
    }

    private static let forPeople = WebSocketRoute(path: "/ws/dashboard", access: .person) { connection, request in
        try await connection.send(.text(request.caller.person == nil ? "nobody" : "a person"))
    }

    private func endpoint(_ hub: TestHub, _ path: String) throws -> WebSocketEndpoint {
        try #require(WebSocketEndpoint(hub: "http://127.0.0.1:\(hub.port)", path: path))
    }

    @Test("a WebSocket is served beside REST on one port")
    func echoes() async throws {
        try await TestHub.serve(webSockets: [Self.echo]) { hub in
            try await WebSocketClient().connect(to: endpoint(hub, "/ws/server?name=a%20b")) { connection in
                #expect(await connection.receive() == .text("a b"))
                try await connection.send(.text("hello"))
                #expect(await connection.receive() == .text("hello"))
                #expect(try await hub.nobody.get("/api/v1/health").status == 200)
            }
        }
    }

    @Test("the answer is that of RFC 6455, and frames in the same packet count")
    func samePacket() async throws {
        var options = WebSocketOptions.server
        options.closeTimeout = .milliseconds(100)
        let once = WebSocketRoute(path: "/ws/server", options: options) { connection, _ in
            if let message = await connection.receive() { try await connection.send(message) }
        }
        try await TestHub.serve(webSockets: [once]) { hub in
            let connection = try await TestConnection(port: hub.port)
            // "Hello", masked, from RFC 6455, section 5.7.
            let frames: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
            try await connection.send(Array("GET /ws/server HTTP/1.1\r\n\(Self.upgrade)\r\n".utf8) + frames)
            let bytes = await connection.untilClosed()
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
            #expect(text.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
            #expect(bytes.suffix(11) == [0x81, 5] + Array("Hello".utf8) + [0x88, 2, 0x03, 0xE8])
        }
    }

    @Test(
        "what is no handshake gets a plain answer in the hub's one shape",
        arguments: [
            ("GET /ws/server HTTP/1.1\r\nHost: h\r\n", 426),
            ("GET /ws/server HTTP/1.1\r\n\(upgrade.replacing("13", with: "12"))", 426),
            ("GET /ws/server HTTP/1.1\r\n\(upgrade.replacing("dGhl", with: ""))", 426),
            ("GET /ws/server HTTP/1.1\r\n\(upgrade)Content-Length: 2\r\n\r\n{}", 426),
            ("GET /ws/server HTTP/1.1\r\n\(upgrade.replacing("websocket", with: "h2c"))", 426),
            ("POST /ws/server HTTP/1.1\r\n\(upgrade)Content-Length: 0\r\n", 405),
            ("GET /ws/nothing HTTP/1.1\r\n\(upgrade)", 404),
            ("GET /ws/dashboard HTTP/1.1\r\n\(upgrade)", 401),
            ("GET /ws/dashboard HTTP/1.1\r\n\(upgrade)Authorization: Bearer nonsense\r\n", 401),
        ])
    func declined(_ request: String, status: Int) async throws {
        try await TestHub.serve(webSockets: [Self.echo, Self.forPeople]) { hub in
            let connection = try await TestConnection(port: hub.port)
            try await connection.send(request + (request.contains("\r\n\r\n") ? "" : "\r\n"))
            let response = try await connection.response()
            #expect(response.status == status)
            #expect(response.detail != nil)
            if status == 426 { #expect(response.headers["upgrade"] == "websocket") }
            await connection.close()
        }
    }

    @Test("a wish for HTTP/2 gets its answer over HTTP/1.1, and does not leave the connection hanging")
    func h2c() async throws {
        try await TestHub.serve(webSockets: [Self.echo]) { hub in
            let connection = try await TestConnection(port: hub.port)
            let request =
                "GET /api/v1/health HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n\r\n"
            try await connection.send(hub.nobody.request("GET", "/api/v1/health") + Array(request.utf8))
            #expect(try await connection.response().headers["connection"] == nil)
            let last = try await connection.response()
            #expect(last.status == 200 && last.headers["connection"] == "close")
            _ = await connection.untilClosed()
        }
    }

    @Test("an address for people takes a token before it becomes a WebSocket")
    func authenticated() async throws {
        try await TestHub.serve(webSockets: [Self.forPeople]) { hub in
            await #expect(throws: WebSocketClientError.refused(status: 401)) {
                try await WebSocketClient().connect(to: endpoint(hub, "/ws/dashboard")) { _ in }
            }
            let token = try #require(try await hub.person().headers.first)
            let headers = [(name: token.0, value: token.1)]
            try await WebSocketClient().connect(to: endpoint(hub, "/ws/dashboard"), headers: headers) { connection in
                #expect(await connection.receive() == .text("a person"))
                #expect(await connection.receive() == nil)
                #expect(connection.closeInfo == WebSocketClosure(code: 1000, reason: "", origin: .peer))
            }
        }
    }

    @Test("a handler that fails closes with 1011, and the hub goes on")
    func failing() async throws {
        struct Broken: Error {}
        let route = WebSocketRoute(path: "/ws/server") { _, _ in throw Broken() }
        try await TestHub.serve(webSockets: [route]) { hub in
            try await WebSocketClient().connect(to: endpoint(hub, "/ws/server")) { connection in
                #expect(await connection.receive() == nil)
                #expect(connection.closeInfo?.code == 1011)
            }
            #expect(try await hub.nobody.get("/api/v1/health").status == 200)
        }
    }

    @Test("when the hub stops, WebSockets are told at once and silent connections are closed")
    func stopping() async throws {
        try await TestHub.serve(webSockets: [Self.echo], drainTime: .seconds(50)) { hub in
            let silent = try await TestConnection(port: hub.port)
            let (connected, count) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...20 {
                    group.addTask {
                        try await WebSocketClient().connect(to: endpoint(hub, "/ws/server?name=x")) { connection in
                            #expect(await connection.receive() == .text("x"))
                            count.yield()
                            #expect(await connection.receive() == nil)
                            #expect(connection.closeInfo?.code == 1001)
                        }
                    }
                }
                var number = 0
                for await _ in connected {
                    number += 1
                    if number == 20 { break }
                }
                let stopped = ContinuousClock.now
                await hub.stop()
                try await group.waitForAll()
                #expect(ContinuousClock.now - stopped < .seconds(40), "it waited for its time")
            }
            #expect(await silent.untilClosed().isEmpty)
        }
    }

    @Test("a peer that does not answer the close does not hold up the end of the hub")
    func stubborn() async throws {
        try await TestHub.serve(webSockets: [Self.echo], drainTime: .seconds(1)) { hub in
            let connection = try await TestConnection(port: hub.port)
            try await connection.send("GET /ws/server HTTP/1.1\r\n\(Self.upgrade)\r\n")
            #expect(try await connection.response().status == 101)
        }
    }

    @Test("a connection that stays silent is closed, with WebSockets as without")
    func silent() async throws {
        // The handshake of a WebSocket has to be over within it, too.
        try await TestHub.serve(limits: ConnectionLimits(idleTime: .seconds(2)), webSockets: [Self.echo]) { hub in
            try await WebSocketClient().connect(to: endpoint(hub, "/ws/server")) { connection in
                // What has become a WebSocket is no idle HTTP connection: it outlives one that came later.
                #expect(try await TestConnection(port: hub.port).untilClosed().isEmpty)
                try await connection.send(.text("still here"))
                #expect(await connection.receive() == .text("still here"))
            }
        }
    }
}

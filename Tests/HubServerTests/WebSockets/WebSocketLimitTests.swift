import HubCore
import Testing
import WebSocket

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct WebSocketLimitTests {
    private static let upgrade =
        "Host: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"

    private static let echo = WebSocketRoute(path: "/ws/server") { connection, _ in
        for await message in connection.messages { try await connection.send(message) }
    }

    private func refusal(_ hub: TestHub, _ path: String, _ header: String = "") async throws -> TestResponse {
        let connection = try await TestConnection(port: hub.port)
        try await connection.send("GET \(path) HTTP/1.1\r\n\(Self.upgrade)\(header)\r\n")
        let response = try await connection.response()
        // Nothing is behind the one answer.
        #expect(TestResponse.parse(await connection.untilClosed(), isToHead: false) == nil)
        return response
    }

    @Test("WebSockets take no place from HTTP, not even from what waits for one")
    func apart() async throws {
        try await TestHub.serve(limits: ConnectionLimits(maximumConnections: 1), webSockets: [Self.echo]) { hub in
            let endpoint = try #require(WebSocketEndpoint(hub: "http://127.0.0.1:\(hub.port)", path: "/ws/server"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (opened, count) = AsyncStream<Void>.makeStream()
                for _ in 1...5 {
                    group.addTask {
                        try await WebSocketClient().connect(to: endpoint) { connection in
                            try await connection.send(.text("x"))
                            #expect(await connection.receive() == .text("x"))
                            count.yield()
                            _ = await connection.receive()
                        }
                    }
                }
                var number = 0
                for await _ in opened {
                    number += 1
                    if number == 5 { break }
                }
                let health = try await hub.nobody.get("/api/v1/health")
                #expect(health.status == 200)
                group.cancelAll()
            }
        }
    }

    @Test("one WebSocket too many is refused in the hub's one shape, until one ends")
    func bounded() async throws {
        try await TestHub.serve(limits: ConnectionLimits(maximumWebSockets: 1), webSockets: [Self.echo]) { hub in
            let endpoint = try #require(WebSocketEndpoint(hub: "http://127.0.0.1:\(hub.port)", path: "/ws/server"))
            try await WebSocketClient().connect(to: endpoint) { connection in
                try await connection.send(.text("x"))
                #expect(await connection.receive() == .text("x"))
                let response = try await refusal(hub, "/ws/server")
                #expect(response.status == 503)
                #expect(response.detail == "the hub has as many WebSockets as it takes: try again later")
                #expect(response.headers["retry-after"] == "30" && response.headers["connection"] == "close")
                await #expect(throws: WebSocketClientError.refused(status: 503)) {
                    try await WebSocketClient().connect(to: endpoint) { _ in }
                }
                #expect(try await hub.nobody.get("/api/v1/health").status == 200)
            }
            // The server counts one less once it has seen the end of the connection, which the client's end is not.
            let deadline = ContinuousClock.now + .seconds(60)
            var isServed = false
            while !isServed, ContinuousClock.now < deadline {
                do {
                    try await WebSocketClient().connect(to: endpoint) { _ in }
                    isServed = true
                } catch WebSocketClientError.refused(status: 503) {
                    try await Task.sleep(for: .milliseconds(10))  // between two looks
                }
            }
            #expect(isServed)
        }
    }

    @Test(
        "a wrong key counts once",
        arguments: [("/ws/person", "Authorization: Bearer nonsense\r\n"), ("/ws/agent", "X-API-Key: nonsense\r\n")])
    func wrongKey(_ path: String, header: String) async throws {
        let routes = [("/ws/person", Access.person), ("/ws/agent", .agent)].map { path, access in
            WebSocketRoute(path: path, access: access) { _, _ in }
        }
        try await TestHub.serve(webSockets: routes) { hub in
            for _ in 1...WrongKeyLimit.allowed {
                let response = try await refusal(hub, path, header)
                #expect(response.status == 401)
                #expect(response.detail?.contains("not valid") == true)
            }
            #expect(try await refusal(hub, path, header).status == 429)
        }
    }

    @Test("wrong keys of first messages count with those of requests, and a right one gets in behind the same address")
    func wrongFirstMessages() async throws {
        try await TestHub.serve { hub in
            func closure(_ path: String, _ message: JSONValue) async throws -> WebSocketClosure {
                try await SocketPeer.connect(port: hub.port, path) { peer in
                    try await peer.send(message)
                    return try await peer.untilClosed()
                }
            }
            let first: [(path: String, message: JSONValue)] = [
                ("/ws/server", ["type": "auth", "api_key": "orc_wrong"]), ("/ws/dashboard", ["type": "auth", "token": "orcapi_wrong"]),
            ]
            for number in 0..<WrongKeyLimit.allowed {
                let (path, message) = first[number % 2]
                let closure = try await closure(path, message)
                #expect(closure.code == 1008 && closure.reason.contains("not valid"))
            }
            for (path, message) in first {
                let closure = try await closure(path, message)
                #expect(closure.code == 1008 && closure.reason.contains("too many wrong tries"))
            }
            #expect(try await hub.person().get("/api/v1/tasks").status == 200)
            let wrong = TestClient(port: hub.port, headers: [("Authorization", "Bearer orcapi_wrong")])
            #expect(try await wrong.get("/api/v1/tasks").status == 429)
            let machine = try await hub.machine()
            try await FakeDaemon.connect(to: hub, key: machine.key) { _ in }
        }
    }

    @Test("a peer that has not shown who it is may send little, and much afterwards")
    func beforeAuthentication() async throws {
        let route = WebSocketRoute(path: "/ws/server", options: .unauthenticated) { connection, _ in
            for await message in connection.messages {
                if message == .text("the key") { connection.raiseLimit(to: WebSocketOptions.server.maximumMessage) }
                try await connection.send(.text("\(message.payload.readableBytes)"))
            }
        }
        try await TestHub.serve(webSockets: [route]) { hub in
            let endpoint = try #require(WebSocketEndpoint(hub: "http://127.0.0.1:\(hub.port)", path: "/ws/server"))
            let long = WebSocketMessage.binary(Array(repeating: 1, count: 2 << 20))
            try await WebSocketClient().connect(to: endpoint) { connection in
                try? await connection.send(long)
                #expect(await connection.receive() == nil)
                #expect(connection.closeInfo?.code == WebSocketCloseCode.messageTooBig)
            }
            try await WebSocketClient().connect(to: endpoint) { connection in
                try await connection.send(.text("the key"))
                #expect(await connection.receive() == .text("7"))
                try await connection.send(long)
                #expect(await connection.receive() == .text("2097152"))
            }
        }
    }
}

import HubCore
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct ConnectionTests {
    static let malformed = [
        "NONSENSE\r\n\r\n", "GET / HTTP/1.1\r\nHost hub\r\n\r\n", "GET / HTTP/9.9\r\nHost: h\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        "POST /api/v1/server/tasks HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        "POST /api/v1/server/tasks HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: 70_000))\r\n\r\n",
    ]

    @Test("a malformed request gets 400 as JSON, and the connection ends", arguments: malformed)
    func malformedRequests(_ text: String) async throws {
        try await TestHub.serve { hub in
            let connection = try await TestConnection(port: hub.port)
            try await connection.send(text)
            let bytes = await connection.untilClosed()
            let (response, length) = try #require(TestResponse.parse(bytes, isToHead: false))
            #expect(response.status == 400)
            #expect(response.detail != nil)
            // Nothing that was smuggled behind it is answered.
            #expect(length == bytes.count)
        }
    }

    @Test("requests one behind the other are answered in order on one connection")
    func pipelining() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let connection = try await TestConnection(port: hub.port)
            let create = agent.request("POST", "/api/v1/server/tasks", JSONValue.object([.init("title", "x")]).bytes)
            try await connection.send(create + agent.request("GET", "/nothing") + agent.request("GET", "/api/v1/server/tasks"))
            #expect(try await connection.response().status == 201)
            #expect(try await connection.response().status == 404)
            #expect(try await connection.response()["total"] == 1)
            await connection.close()
        }
    }

    @Test("a chunked body is read")
    func chunked() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let connection = try await TestConnection(port: hub.port)
            let key = try #require(agent.headers.first?.1)
            try await connection.send(
                "POST /api/v1/server/tasks HTTP/1.1\r\nHost: h\r\nX-API-KEY: \(key)\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{\"titl\r\n")
            try await connection.send("7\r\ne\":\"x\"}\r\n0\r\n\r\n")
            #expect(try await connection.response().status == 201)
            await connection.close()
        }
    }

    @Test("a body that is too large is refused, announced or not, and the connection ends")
    func tooLarge() async throws {
        try await TestHub.serve(limits: ConnectionLimits(maximumBody: 1000)) { hub in
            let agent = try await hub.agent()
            let key = "X-API-Key: \(try #require(agent.headers.first?.1))"
            let announced = try await TestConnection(port: hub.port)
            try await announced.send(agent.request("POST", "/api/v1/server/tasks", Array(repeating: 0x20, count: 1001)))
            let (first, length) = try #require(TestResponse.parse(await announced.untilClosed(), isToHead: false))
            #expect(first.status == 413 && first.detail != nil && length > 0)

            let huge = try await TestConnection(port: hub.port)
            try await huge.send("POST /api/v1/server/tasks HTTP/1.1\r\nHost: h\r\n\(key)\r\nContent-Length: 99999999999999999\r\n\r\n")
            #expect(try await huge.response().status == 413)
            await huge.close()

            let chunked = try await TestConnection(port: hub.port)
            try await chunked.send("POST /api/v1/server/tasks HTTP/1.1\r\nHost: h\r\n\(key)\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "200\r\n" + String(repeating: " ", count: 512) + "\r\n"
            try await chunked.send(chunk + chunk)
            #expect(try await chunked.response().status == 413)
            // It goes on for ever; the server does not.
            for _ in 1...100 { do { try await chunked.send(chunk) } catch { break } }
            _ = await chunked.untilClosed()
        }
    }

    @Test("what comes behind a request that ends the connection is not answered")
    func behindTheLast() async throws {
        try await TestHub.serve(limits: ConnectionLimits(maximumBody: 1000)) { hub in
            let agent = try await hub.agent()
            let connection = try await TestConnection(port: hub.port)
            let large = agent.request("POST", "/api/v1/server/tasks", Array(repeating: 0x20, count: 1001))
            try await connection.send(large + agent.request("GET", "/api/v1/health"))
            let bytes = await connection.untilClosed()
            let (response, length) = try #require(TestResponse.parse(bytes, isToHead: false))
            #expect(response.status == 413 && length == bytes.count)
        }
    }

    @Test("without a key no large body is taken")
    func tooLargeForNobody() async throws {
        try await TestHub.serve { hub in
            let stranger = try await TestConnection(port: hub.port)
            try await stranger.send("POST /api/v1/servers/register HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n")
            #expect(try await stranger.response().status == 413)
            await stranger.close()
        }
    }

    @Test("who sends slowly or nothing is cut off")
    func slow() async throws {
        try await TestHub.serve(limits: ConnectionLimits(idleTime: .seconds(2), bodyTime: .seconds(2))) { hub in
            let silent = try await TestConnection(port: hub.port)
            #expect(await silent.untilClosed().isEmpty)

            let head = try await TestConnection(port: hub.port)
            let dripping = Task {
                for letter in "GET /api/v1/health HTTP/1.1\r\nHost: hub\r\nX-A: aaaaaaaaaaaaaaaaaaaaaaaaaa" {
                    try await head.send(String(letter))
                    try await Task.sleep(for: .milliseconds(100))  // a slow client
                }
            }
            #expect(await head.untilClosed().isEmpty)
            dripping.cancel()
            _ = await dripping.result

            let body = try await TestConnection(port: hub.port)
            try await body.send("POST /api/v1/servers/register HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
            let drops = Task {
                for _ in 1...1000 {
                    try await body.send("x")
                    try await Task.sleep(for: .milliseconds(100))  // a slow client
                }
            }
            let rest = await body.untilClosed()
            #expect(rest.isEmpty || TestResponse.parse(rest, isToHead: false)?.0.status == 400)
            drops.cancel()
            _ = await drops.result
        }
    }

    @Test("connections beyond the limit wait until one ends")
    func bounded() async throws {
        try await TestHub.serve(limits: ConnectionLimits(maximumConnections: 2)) { hub in
            let first = try await TestConnection(port: hub.port)
            let second = try await TestConnection(port: hub.port)
            let health = hub.nobody.request("GET", "/api/v1/health")
            for connection in [first, second] {
                try await connection.send(health)
                #expect(try await connection.response().status == 200)
            }
            let third = try await TestConnection(port: hub.port)
            try await third.send(health)
            await first.close()
            #expect(try await third.response().status == 200)
            for connection in [second, third] { await connection.close() }
        }
    }

    @Test("a client that waits for 100 Continue gets it")
    func expectation() async throws {
        try await TestHub.serve { hub in
            let connection = try await TestConnection(port: hub.port)
            try await connection.send(
                "POST /api/v1/servers/register HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await connection.response().status == 100)
            try await connection.send("{}")
            #expect(try await connection.response().status == 422)
            await connection.close()
        }
    }
}

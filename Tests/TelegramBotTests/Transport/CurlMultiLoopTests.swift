import Foundation
import HTTPClient
import Testing

@testable import TelegramBot

@Suite struct CurlMultiLoopTests {
    /// Lends a loop and a server, and takes both down.
    private func withServer(
        _ script: @escaping @Sendable (FakeHTTPServer.Request) -> FakeHTTPServer.Action,
        _ body: (CurlMultiLoop, FakeHTTPServer) async throws -> Void
    ) async throws {
        let server = try FakeHTTPServer(script)
        let loop = try CurlMultiLoop()
        let result: Result<Void, any Error>
        do { result = .success(try await body(loop, server)) } catch { result = .failure(error) }
        await loop.shutdown()
        server.stop()
        try result.get()
    }

    private func get(_ server: FakeHTTPServer, _ limits: HTTPRequest.Limits = .init()) -> HTTPRequest {
        HTTPRequest(.get, "\(server.url)/x", isRepeatable: true, limits: limits)
    }

    private func post(_ server: FakeHTTPServer, _ body: String = "body", isRepeatable: Bool) -> HTTPRequest {
        HTTPRequest(.post, "\(server.url)/x", headers: [("Content-Type", "text/plain")], body: Data(body.utf8), isRepeatable: isRepeatable)
    }

    private func failure(_ loop: CurlMultiLoop, _ request: HTTPRequest) async throws -> HTTPTransportError {
        try #require(await #expect(throws: HTTPTransportError.self) { try await loop.send(request) })
    }

    @Test func aConnectionIsUsedAgainAndBodiesArriveWhole() async throws {
        try await withServer {
            .answer(headers: ["X-Kind: echo"], body: $0.body)
        } _: { (loop, server) async throws in
            let large = String(repeating: "0123456789", count: 30_000)
            for (text, isRepeatable) in [("a", true), ("b", false), (large, false), (large, true), ("", false)] {
                let response = try await loop.send(post(server, text, isRepeatable: isRepeatable))
                #expect(response.status == 200)
                #expect(response.header("x-kind") == "echo")
                #expect(String(decoding: response.body, as: UTF8.self) == text)
            }
            #expect(server.connections == 1)
            #expect(server.requests.allSatisfy { !$0.headers.contains("Expect") })
        }
    }

    @Test("a POST that must not be repeated reaches the server once when its kept connection dies under it")
    func noDuplicatePost() async throws {
        try await withServer {
            $0.body == "act and vanish" ? .drop : .answer(body: "ok")
        } _: { (loop, server) async throws in
            _ = try await loop.send(post(server, isRepeatable: false))
            let error = try await failure(loop, post(server, "act and vanish", isRepeatable: false))
            #expect(error.delivery == .maybeSent)
            #expect(error.reason == .staleConnection)
            #expect(server.requests.filter { $0.body == "act and vanish" }.count == 1)
            #expect(server.requests.last?.indexOnConnection == 1, "the connection was a kept one")
        }
    }

    @Test func aRepeatablePostIsRepeatedOnAFreshConnection() async throws {
        try await withServer {
            $0.body == "again" && $0.indexOnConnection > 0 ? .drop : .answer(body: "ok")
        } _: { (loop, server) async throws in
            _ = try await loop.send(post(server, isRepeatable: true))
            let response = try await loop.send(post(server, "again", isRepeatable: true))
            #expect(response.status == 200)
            #expect(server.requests.filter { $0.body == "again" }.map(\.connection) == [0, 1])
        }
    }

    @Test("a fresh connection that breaks after the request leaves open whether it was carried out", arguments: [true, false])
    func brokenAfterRequest(byReset: Bool) async throws {
        try await withServer { _ in
            byReset ? .reset : .drop
        } _: { (loop, server) async throws in
            let error = try await failure(loop, post(server, isRepeatable: false))
            #expect(error.delivery == .maybeSent)
            #expect(error.reason == .connectionLost)
            #expect(server.requests.count == 1)
        }
    }

    @Test func anUploadThatBreaksOffCannotHaveBeenCarriedOut() async throws {
        try await withServer { _ in
            .answer(body: "")
        } _: { (loop, server) async throws in
            server.hangUp(afterBytes: 100_000)
            let error = try await failure(loop, post(server, String(repeating: "x", count: 20_000_000), isRepeatable: false))
            #expect(error.delivery == .notSent)
            #expect(error.reason == .connectionLost)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func aCutAnswerIsALostConnection() async throws {
        try await withServer { _ in
            .rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\":true")
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get(server))
            #expect(error.delivery == .maybeSent)
            #expect(error.reason == .connectionLost)
        }
    }

    @Test func nothingIsSentWhereNobodyListens() async throws {
        let server = try FakeHTTPServer { _ in .drop }
        server.stop()
        let loop = try CurlMultiLoop()
        let error = try await failure(loop, post(server, isRepeatable: false))
        #expect(error.delivery == .notSent)
        #expect(error.reason == .connectionRefused)
        await loop.shutdown()
    }

    @Test func aServerWithoutTLSGetsNothing() async throws {
        try await withServer { _ in
            .answer(body: "")
        } _: { (loop, server) async throws in
            let url = "https://127.0.0.1:\(server.port)/"
            let error = try await failure(
                loop, HTTPRequest(.post, url, body: Data("secret".utf8), isRepeatable: false, limits: .init(connect: .milliseconds(300))))
            #expect(error.delivery == .notSent)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(
        "only https, and http to this machine, may be asked",
        arguments: [
            "http://example.com/", "ftp://127.0.0.1/", "file:///etc/passwd", "nonsense", "", "http://127.0.0.1.example.com/",
            "http://[::2]/",
        ])
    func forbiddenURL(url: String) async throws {
        let loop = try CurlMultiLoop()
        let error = try await failure(loop, HTTPRequest(.get, url, isRepeatable: true))
        #expect(error == HTTPTransportError(.notSent, .unsupportedURL))
        await loop.shutdown()
    }

    @Test func aProxyThatRefusesPassesNothingOn() async throws {
        let proxy = try FakeHTTPServer { _ in .answer(status: 403, body: "no") }
        let loop = try CurlMultiLoop(CurlSettings(proxy: CurlSettings.Proxy("http://me:p%40ss@127.0.0.1:\(proxy.port)")))
        let error = try await failure(loop, HTTPRequest(.post, "https://api.example/bot1", body: Data("x".utf8), isRepeatable: false))
        #expect(error.delivery == .notSent)
        #expect(proxy.requests.map { "\($0.method) \($0.path)" } == ["CONNECT api.example:443"])
        #expect(proxy.requests.first?.headers.contains(Data("me:p@ss".utf8).base64EncodedString()) == true)
        await loop.shutdown()
        proxy.stop()
    }

    @Test func aProxyIsReadFromOneLineAndHidesItsPassword() throws {
        let proxy = try #require(CurlSettings.Proxy("socks5h://u:p@proxy.example:1080"))
        #expect(proxy == CurlSettings.Proxy(url: "socks5h://proxy.example:1080", user: "u", password: "p"))
        #expect("\(proxy)" == "proxy" && String(reflecting: [proxy]) == "[proxy]")
        for text in ["", "proxy:1080", "ftp://x:1", "socks5h://", "socks5h://:1080"] { #expect(CurlSettings.Proxy(text) == nil) }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        try await withServer { _ in
            .answer(status: 302, headers: ["Location: /elsewhere"], body: "")
        } _: { (loop, server) async throws in
            #expect(try await loop.send(get(server)).status == 302)
            #expect(server.requests.count == 1)
        }
    }

    @Test func anAnswerAboveTheLimitIsRefused() async throws {
        try await withServer { _ in
            .answer(body: String(repeating: "x", count: 5000))
        } _: { (loop, server) async throws in
            #expect(try await loop.send(get(server, .init(answerBytes: 5000))).body.count == 5000)
            #expect(try await failure(loop, get(server, .init(answerBytes: 4999))).reason == .answerTooLarge)
        }
    }

    @Test func endlessHeadersAreRefused() async throws {
        let header = "X-Header: " + String(repeating: "y", count: 1000)
        try await withServer { _ in
            .answer(headers: Array(repeating: header, count: 100), body: "")
        } _: { (loop, server) async throws in
            #expect(try await failure(loop, get(server)).reason == .answerTooLarge)
        }
    }

    @Test func aSilentServerRunsIntoTheTimeLimit() async throws {
        try await withServer { _ in
            .hold
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get(server, .init(total: .seconds(1))))
            #expect(error.reason == .timedOut)
            #expect(error.delivery == .maybeSent)
        }
    }

    @Test func aHungPollIsCancelledAtOnce() async throws {
        try await withServer { _ in
            .hold
        } _: { (loop, server) async throws in
            let poll = Task { [request = get(server)] in try await loop.send(request) }
            try await eventually { server.held == 1 }
            poll.cancel()
            await #expect(throws: CancellationError.self) { try await poll.value }
        }
    }

    @Test func aCancellationBeforeTheStartOrAfterTheEndIsHarmless() async throws {
        try await withServer { _ in
            .answer(body: "ok")
        } _: { (loop, server) async throws in
            let request = get(server)
            let early = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await loop.send(request)
            }
            await #expect(throws: CancellationError.self) { try await early.value }
            let late = Task { try await loop.send(request) }
            #expect(try await late.value.status == 200)
            late.cancel()
            #expect(try await loop.send(request).status == 200)
        }
    }

    @Test func childProcessesInheritNoConnection() async throws {
        try await withServer { _ in
            .answer(body: "ok")
        } _: { (loop, server) async throws in
            _ = try await loop.send(get(server))
            let flags = (0..<Int32(16_384)).filter { peerPort(of: $0) == server.port }.map { fcntl($0, F_GETFD) & FD_CLOEXEC }
            #expect(flags == [FD_CLOEXEC])
        }
    }

    private func peerPort(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) == 0 }
        }
        return isConnected && address.sin_family == AF_INET ? address.sin_port.bigEndian : nil
    }

    private func loopThreads() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count {
            (try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8))?.hasPrefix("curl-multi") ?? false
        }
    }

    @Test func twoHundredPollsWaitOnOneThread() async throws {
        try await withServer { _ in
            .hold
        } _: { (loop, server) async throws in
            let request = get(server)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 { group.addTask { try await loop.send(request).status } }
                try await eventually { server.held == 200 }
                // Other tests run beside this one, each with a loop of its own; a thread for each poll would still show.
                #expect(try loopThreads() < 100)
                server.releaseHeld(body: "news")
                var statuses: [Int] = []
                for try await status in group { statuses.append(status) }
                return statuses
            }
            #expect(statuses == Array(repeating: 200, count: 200))
        }
    }

    @Test func thousandsOfCallsLeaveNoDescriptorsBehind() async throws {
        try await withServer {
            $0.path.hasSuffix("drop") ? .drop : .answer(body: "ok")
        } _: { (loop, server) async throws in
            for round in 0..<40 {
                await withTaskGroup(of: Void.self) { group in
                    for index in 0..<50 {
                        let request = HTTPRequest(
                            .post, "\(server.url)/\(index % 10 == 0 ? "drop" : "keep")", body: Data("x".utf8), isRepeatable: false)
                        group.addTask {
                            let call = Task { try await loop.send(request) }
                            if (index + round) % 7 == 0 { call.cancel() }
                            _ = try? await call.value
                        }
                    }
                }
            }
            // Those of all tests that run beside this one, the connections that the loop keeps and the server's ends of them: never as
            // many as there were calls.
            #expect(try entries("/proc/self/fd") < 2000)
            #expect(try await loop.send(get(server)).status == 200)
        }
    }

    private func entries(_ path: String) throws -> Int { try FileManager.default.contentsOfDirectory(atPath: path).count }

    @Test func aShutdownEndsWhatIsInFlightAndRefusesWhatComesLater() async throws {
        let server = try FakeHTTPServer { _ in .hold }
        let loop = try CurlMultiLoop()
        let request = get(server)
        let calls = (0..<10).map { _ in Task { try await loop.send(request) } }
        try await eventually { server.held == 10 }
        async let first: Void = loop.shutdown()
        async let second: Void = loop.shutdown()
        _ = await (first, second)
        for call in calls { await #expect(throws: CancellationError.self) { try await call.value } }
        await #expect(throws: CancellationError.self) { try await loop.send(request) }
        await loop.shutdown()
        server.stop()
    }

    @Test func theTokenIsInNoErrorOfARealFailure() async throws {
        try await withServer { _ in
            .reset
        } _: { (loop, server) async throws in
            let client = BotAPIClient(token: try token(), transport: loop, baseURL: server.url, fileURL: server.url)
            let unreachable = BotAPIClient(token: try token(), transport: loop, baseURL: "http://127.0.0.1:1")
            let wrong = BotAPIClient(token: try token(), transport: loop, baseURL: "ftp://x")
            for client in [client, unreachable, wrong] {
                let error = try #require(await #expect(throws: BotAPIError.self) { try await client.me() })
                for text in ["\(error)", String(reflecting: error), error.localizedDescription, "\(client)", String(reflecting: client)] {
                    #expect(!text.contains(secret))
                }
                var dumped = ""
                dump(client, to: &dumped)
                dump(error, to: &dumped)
                #expect(!dumped.contains(secret))
            }
        }
    }

    @Test func aLongUploadArrivesInOrder() async throws {
        try await withServer {
            .answer(body: #"{"ok":true,"result":\#(sentMessage.replacing("7", with: "\($0.body.utf8.count)"))}"#)
        } _: { (loop, server) async throws in
            let client = BotAPIClient(token: try token(), transport: loop, baseURL: server.url)
            let log = Data((0..<300_000).map { UInt8(ascii: "a") + UInt8($0 % 26) })
            let message = try await client.sendDocument(OutgoingFile(name: "log.txt", contents: log), to: Destination(chat: 5))
            #expect(message.id == server.requests.last?.body.utf8.count)
            #expect(server.requests.last?.body.contains(String(decoding: log, as: UTF8.self)) == true)
        }
    }
}

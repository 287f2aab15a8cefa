import NIOCore
import Testing

@testable import WebSocket

@Suite(.timeLimit(.minutes(3))) struct ClosingTests {
    @Test("a close of the peer is answered with its code")
    func peerCloses() async throws {
        let bench = try await Bench()
        try await bench.receive(Frames.text("last") + Frames.close(4001, Array("bye".utf8)))
        #expect(try await bench.written() == [0x88, 2, 0x0F, 0xA1])
        var messages = bench.connection.messages.makeAsyncIterator()
        #expect(await messages.next() == .text("last"))
        #expect(await messages.next() == nil)
        #expect(bench.connection.closeInfo == WebSocketClosure(code: 4001, reason: "bye", origin: .peer))
        #expect(!bench.channel.isActive)
        await #expect(throws: WebSocketConnection.Closed.self) { try await bench.connection.send(.text("late")) }
        await bench.end()
    }

    @Test("a close without a code is answered without one")
    func noCode() async throws {
        let bench = try await Bench()
        try await bench.receive(Frames.frame(0x88))
        #expect(try await bench.written() == [0x88, 0])
        #expect(bench.connection.closeInfo?.code == WebSocketCloseCode.noStatus)
        await bench.end()
    }

    @Test("our close waits for the peer's answer")
    func weClose() async throws {
        let bench = try await Bench()
        async let closed: Void = bench.connection.close(code: 1008, reason: "no key")
        _ = await bench.connection.receive()
        #expect(try await bench.written() == [0x88, 8, 0x03, 0xF0] + Array("no key".utf8))
        #expect(bench.channel.isActive)
        try await bench.receive(Frames.close(1008))
        await bench.channel.testingEventLoop.run()
        await closed
        #expect(bench.connection.closeInfo == WebSocketClosure(code: 1008, reason: "no key", origin: .local))
        await bench.end()
    }

    @Test("a peer that does not answer a close is left")
    func deadline() async throws {
        let bench = try await Bench()
        async let closed: Void = bench.connection.close()
        _ = await bench.connection.receive()
        await bench.advance(.seconds(4))
        #expect(bench.channel.isActive)
        await bench.advance(.seconds(1))
        await closed
        #expect(!bench.channel.isActive)
        await bench.end()
    }

    @Test("the end of the server closes with 1001")
    func quiescing() async throws {
        let bench = try await Bench()
        bench.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        _ = await bench.connection.receive()
        #expect(try await bench.writtenCloseCode() == 1001)
        await bench.end()
    }

    @Test("a broken connection is told from a closed one")
    func broken() async throws {
        let bench = try await Bench()
        try await bench.channel.close().get()
        #expect(await bench.connection.receive() == nil)
        #expect(bench.connection.closeInfo == WebSocketClosure(code: 1006, reason: "", origin: .network))
        await bench.end()
    }

    @Test("a long reason is cut between characters")
    func longReason() {
        let payload = CloseFrame(code: 1000, reason: String(repeating: "€", count: 100)).payload
        #expect(payload.readableBytes == 2 + 123)
        #expect(CloseFrame(code: 1000, reason: "a" + String(repeating: "€", count: 100)).payload.readableBytes == 2 + 121)
        #expect(CloseFrame(code: 1000, reason: "a\(String(repeating: "\u{301}", count: 200))").payload.readableBytes == 2)
    }
}

import NIOCore
import Testing

@testable import WebSocket

@Suite(.timeLimit(.minutes(3))) struct RaisedLimitTests {
    private func bytes(_ count: Int) -> [UInt8] { Array(repeating: 7, count: count) }

    @Test("the header of a frame that is too long is enough, however little else is there", arguments: [126, 65_536, Int(UInt32.max)])
    func atOnce(_ length: Int) async throws {
        let bench = try await Bench(.server, WebSocketOptions(maximumMessage: 125))
        // Without the mask, the last part of the header.
        try? await bench.receive(Array(Frames.frame(0x82, claimed: UInt64(length)).dropLast(4)))
        #expect(try await bench.writtenCloseCode() == WebSocketCloseCode.messageTooBig)
        await bench.end()
    }

    @Test("a raised limit holds for the next frame, and for a message that is under way")
    func raised() async throws {
        let bench = try await Bench(.server, WebSocketOptions(maximumMessage: 100))
        try await bench.receive(Frames.frame(0x82, bytes(100)))
        try await bench.receive(Frames.frame(0x02, bytes(100)))
        bench.connection.raiseLimit(to: 300)
        await bench.channel.testingEventLoop.run()
        try await bench.receive(Frames.frame(0x80, bytes(200)) + Frames.frame(0x82, bytes(300)))
        var messages = bench.connection.messages.makeAsyncIterator()
        for length in [100, 300, 300] { #expect(await messages.next() == .binary(bytes(length))) }
        try? await bench.receive(Frames.frame(0x82, bytes(301)))
        #expect(try await bench.writtenCloseCode() == WebSocketCloseCode.messageTooBig)
        await bench.end()
    }

    @Test("a limit may be raised while a header is half there, and is never lowered")
    func withinHeader() async throws {
        let bench = try await Bench(.server, WebSocketOptions(maximumMessage: 100))
        let frame = Frames.frame(0x82, bytes(200))
        try await bench.receive(Array(frame[..<3]))
        bench.connection.raiseLimit(to: 200)
        bench.connection.raiseLimit(to: 50)
        await bench.channel.testingEventLoop.run()
        try await bench.receive(Array(frame[3...]))
        var messages = bench.connection.messages.makeAsyncIterator()
        #expect(await messages.next() == .binary(bytes(200)))
        await bench.end()
    }
}

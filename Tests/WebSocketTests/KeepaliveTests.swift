import NIOCore
import Testing

@testable import WebSocket

@Suite(.timeLimit(.minutes(3))) struct KeepaliveTests {
    private static let ping: [UInt8] = [0x89, 0]

    @Test("a peer that answers pings stays")
    func answered() async throws {
        let bench = try await Bench()
        for _ in 1...5 {
            await bench.advance(.seconds(20))
            #expect(try await bench.written() == Self.ping)
            try await bench.receive(Frames.frame(0x8A))
            await bench.advance(.seconds(20))
        }
        #expect(bench.connection.closeInfo == nil)
        await bench.end()
    }

    @Test("a silent peer is left with 1011")
    func silent() async throws {
        let bench = try await Bench()
        await bench.advance(.seconds(39))
        #expect(bench.connection.closeInfo == nil)
        await bench.advance(.seconds(1))
        #expect(bench.connection.closeInfo?.code == 1011)
        #expect(try await bench.writtenCloseCode() == 1011)
        await bench.end()
    }

    @Test("part of a large frame is a sign of life")
    func slowFrame() async throws {
        let bench = try await Bench()
        try await bench.receive(Array(Frames.frame(0x82, [], claimed: 1 << 20)))
        for _ in 1...5 {
            await bench.advance(.seconds(20))
            try await bench.receive([0])
            await bench.advance(.seconds(20))
        }
        #expect(bench.connection.closeInfo == nil)
        await bench.end()
    }

    @Test("nobody is blamed for silence while our own consumer pauses")
    func paused() async throws {
        var options = WebSocketOptions.server
        options.unreadBytes = 1
        let bench = try await Bench(.server, options)
        try await bench.receive(Frames.text("unread"))
        bench.channel.read()
        for _ in 1...3 { await bench.advance(.seconds(40)) }
        #expect(bench.connection.closeInfo == nil)
        #expect(await bench.connection.receive() == .text("unread"))
        // From here on we listen again.
        await bench.channel.testingEventLoop.run()
        await bench.advance(.seconds(40))
        await bench.advance(.seconds(40))
        #expect(bench.connection.closeInfo?.code == 1011)
        await bench.end()
    }

    @Test("masks of all lengths and places come off", arguments: 0...17)
    func masks(_ length: Int) {
        let payload = (0..<length).map { UInt8($0 * 7) }
        var buffer = ByteBuffer(bytes: [9, 9, 9] + payload)
        buffer.moveReaderIndex(forwardBy: 1)
        buffer.applyMask(0x1234_5678, from: 3)
        #expect(Array(buffer: buffer) == [9, 9] + payload.enumerated().map { $1 ^ Frames.mask[$0 % 4] })
    }
}

import NIOCore
import Testing

@testable import WebSocket

@Suite(.timeLimit(.minutes(3))) struct ViolationTests {
    struct Violation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let code: UInt16

        init(_ name: String, _ code: UInt16, _ bytes: [UInt8]) { (testDescription, self.code, self.bytes) = (name, code, bytes) }
    }

    static let violations = [
        Violation("no mask", 1002, Frames.frame(0x81, [0x61], isMasked: false)),
        Violation("RSV1", 1002, Frames.frame(0xC1, [0x61])),
        Violation("RSV2", 1002, Frames.frame(0xA1, [0x61])),
        Violation("RSV3 on a ping", 1002, Frames.frame(0x99)),
        Violation("reserved opcode", 1002, Frames.frame(0x83, [0x61])),
        Violation("reserved control opcode", 1002, Frames.frame(0x8B)),
        Violation("ping in fragments", 1002, Frames.frame(0x09)),
        Violation("ping of 126 bytes", 1002, Frames.frame(0x89, Array(repeating: 0, count: 126))),
        Violation("continuation of nothing", 1002, Frames.frame(0x80, [0x61])),
        Violation("message within a message", 1002, Frames.frame(0x01, [0x61]) + Frames.frame(0x81, [0x62])),
        Violation("text that is not UTF-8", 1007, Frames.frame(0x81, [0xFF])),
        Violation("lone surrogate", 1007, Frames.frame(0x81, [0xED, 0xA0, 0x80])),
        Violation("text that ends within a character", 1007, Frames.frame(0x01, [0xE2, 0x82]) + Frames.frame(0x80, [0x61])),
        Violation("close with half a code", 1002, Frames.frame(0x88, [3])),
        Violation("close with a code that is never sent", 1002, Frames.close(1005)),
        Violation("close with a code below 1000", 1002, Frames.close(999)),
        Violation("close with a reason that is not UTF-8", 1007, Frames.close(1000, [0xFF])),
        Violation("message too long", 1009, Frames.frame(0x82, [], claimed: 1001)),
        Violation("length beyond all measure", 1009, Frames.frame(0x82, [], claimed: .max)),
        Violation(
            "fragments too long together", 1009,
            Frames.frame(0x02, Array(repeating: 0, count: 600)) + Frames.frame(0x80, Array(repeating: 0, count: 600))),
        Violation("too many fragments", 1009, Frames.frame(0x02) + (1...4).flatMap { _ in Frames.frame(0x00) }),
    ]

    @Test("what breaks the protocol is told why, and the connection ends", arguments: violations)
    func violation(_ violation: Violation) async throws {
        var options = WebSocketOptions(maximumMessage: 1000)
        options.maximumFragments = 4
        let bench = try await Bench(.server, options)
        try? await bench.receive(violation.bytes)
        #expect(try await bench.writtenCloseCode() == violation.code)
        #expect(bench.connection.closeInfo?.code == violation.code)
        #expect(bench.connection.closeInfo?.origin == .local)
        // What comes behind it is nothing any more, and does no harm.
        try? await bench.receive(Frames.text("late"))
        for await message in bench.connection.messages { Issue.record("\(message) was taken") }
        await bench.advance(.seconds(10))
        #expect(!bench.channel.isActive)
        await bench.end()
    }

    @Test("a client takes no masked frames")
    func maskedByServer() async throws {
        let bench = try await Bench(.client, .client)
        try? await bench.receive(Frames.text("x"))
        #expect(bench.connection.closeInfo?.code == 1002)
        await bench.end()
    }

    @Test("a character may lie across fragments, and a ping between them")
    func fragments() async throws {
        let bench = try await Bench()
        try await bench.receive(Frames.frame(0x01, [0xE2, 0x82]) + Frames.frame(0x89, [0x70]) + Frames.frame(0x80, [0xAC]))
        var messages = bench.connection.messages.makeAsyncIterator()
        #expect(await messages.next() == .text("€"))
        #expect(try await bench.written() == [0x8A, 1, 0x70])
        await bench.end()
    }

    @Test("frames arrive whole, wherever the network cuts them")
    func everyCut() async throws {
        let bench = try await Bench()
        let bytes = Frames.text("hello") + Frames.frame(0x82, [1, 2, 3, 4, 5, 6, 7, 8, 9]) + Frames.frame(0x81)
        for byte in bytes { try await bench.receive([byte]) }
        var messages = bench.connection.messages.makeAsyncIterator()
        #expect(await messages.next() == .text("hello"))
        #expect(await messages.next() == .binary([1, 2, 3, 4, 5, 6, 7, 8, 9]))
        #expect(await messages.next() == .text(""))
        await bench.end()
    }
}

import HubCore
import NIOCore
import NIOPosix
import Testing

@testable import WebSocket

@Suite(.timeLimit(.minutes(3))) struct SocketTests {
    private static let echo: @Sendable (WebSocketConnection) async throws -> Void = { connection in
        for await message in connection.messages { try await connection.send(message) }
    }

    @Test("messages of all sizes come back as they were")
    func echoes() async throws {
        var options = WebSocketOptions.client
        options.maximumMessage = 1 << 20
        try await TestServer.serve(Self.echo) { server in
            try await WebSocketClient(options: options).connect(to: server.endpoint) { connection in
                var messages = connection.messages.makeAsyncIterator()
                for length in [0, 1, 125, 126, 4096, 4097, 65_535, 65_536, 1 << 20] {
                    let message = WebSocketMessage.binary((0..<length).map { UInt8(truncatingIfNeeded: $0) })
                    try await connection.send(message)
                    #expect(await messages.next() == message)
                }
                try await connection.send(.text("héllo 👋"))
                #expect(await messages.next() == .text("héllo 👋"))
                #expect(connection.remoteAddress == "127.0.0.1")
            }
        }
    }

    @Test("a server takes a frame of 32 MiB, and not one byte more")
    func largest() async throws {
        try await TestServer.serve { connection in
            for await message in connection.messages { try await connection.send(.text(String(message.payload.readableBytes))) }
        } _: { server in
            try await WebSocketClient().connect(to: server.endpoint) { connection in
                var messages = connection.messages.makeAsyncIterator()
                var payload = ByteBuffer(repeating: 0x61, count: 32 << 20)
                try await connection.send(.text(payload))
                #expect(await messages.next() == .text(String(32 << 20)))
                payload.writeInteger(UInt8(0x61))
                try? await connection.send(.text(payload))
                #expect(await messages.next() == nil)
                #expect(connection.closeInfo == WebSocketClosure(code: 1009, reason: "message too big", origin: .peer))
            }
        }
    }

    @Test("many senders at once mix no bytes")
    func concurrentSenders() async throws {
        try await TestServer.serve(Self.echo) { server in
            try await WebSocketClient().connect(to: server.endpoint) { connection in
                let received = try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<50 {
                        group.addTask { try await connection.send(.text(String(repeating: "\(number),", count: 1000))) }
                    }
                    var received: Set<ByteBuffer> = []
                    for await message in connection.messages {
                        received.insert(message.payload)
                        if received.count == 50 { break }
                    }
                    try await group.waitForAll()
                    return received
                }
                #expect(received == Set((0..<50).map { ByteBuffer(string: String(repeating: "\($0),", count: 1000)) }))
            }
        }
    }

    @Test("a peer that does not read stops the sender after a bounded number of bytes")
    func backPressure() async throws {
        let (released, release) = AsyncStream<Void>.makeStream()
        let count = Locked(0)
        try await TestServer.serve { connection in
            // Reads nothing until it is told to.
            for await _ in released { break }
            for await _ in connection.messages
            where count.withLock({
                $0 += 1; return $0 == 400
            }) {
                try await connection.send(.text("all"))
            }
        } _: { server in
            try await WebSocketClient().connect(to: server.endpoint) { connection in
                let sent = Locked(0)
                let message = WebSocketMessage.binary(ByteBuffer(repeating: 1, count: 100_000))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for _ in 1...400 {
                            try await connection.send(message)
                            sent.withLock { $0 += 1 }
                        }
                    }
                    var before = -1
                    while before != sent.withLock({ $0 }) {
                        before = sent.withLock { $0 }
                        try await Task.sleep(for: .milliseconds(150))  // long enough for a sender that is not stopped
                    }
                    // What the kernel's buffers on both sides hold, and no more.
                    #expect(before < 200)
                    release.yield()
                    try await group.waitForAll()
                }
                #expect(await connection.receive() == .text("all"))
            }
        }
    }

    @Test("a sender that is cancelled stops waiting")
    func cancelledSender() async throws {
        let (released, release) = AsyncStream<Void>.makeStream()
        try await TestServer.serve { _ in
            for await _ in released { break }
        } _: { server in
            try await WebSocketClient().connect(to: server.endpoint) { connection in
                let sender = Task {
                    while true { try await connection.send(.binary(ByteBuffer(repeating: 1, count: 1 << 20))) }
                }
                try await Task.sleep(for: .milliseconds(100))  // until the sender is likely to be stuck; it may as well not be
                sender.cancel()
                await #expect(throws: CancellationError.self) { try await sender.value }
                release.yield()
            }
        }
    }

    @Test("code and reason of a close reach the other end, both ways")
    func closeCodes() async throws {
        let (closures, seen) = AsyncStream<WebSocketClosure?>.makeStream()
        try await TestServer.serve { connection in
            for await message in connection.messages where message == .text("close") {
                await connection.close(code: 4400, reason: "as you wish")
            }
            seen.yield(connection.closeInfo)
        } _: { server in
            var closed = closures.makeAsyncIterator()
            try await WebSocketClient().connect(to: server.endpoint) { connection in
                try await connection.send(.text("close"))
                #expect(await connection.receive() == nil)
                #expect(connection.closeInfo == WebSocketClosure(code: 4400, reason: "as you wish", origin: .peer))
            }
            #expect(await closed.next() == WebSocketClosure(code: 4400, reason: "as you wish", origin: .local))
            try await WebSocketClient().connect(to: server.endpoint) { await $0.close(code: 4000, reason: "done") }
            #expect(await closed.next() == WebSocketClosure(code: 4000, reason: "done", origin: .peer))
            try await WebSocketClient().connect(to: server.endpoint) { _ in }
            #expect(await closed.next() == WebSocketClosure(code: 1000, reason: "", origin: .peer))
        }
    }

    @Test("frames that come in one piece with the handshake are not lost")
    func greeting() async throws {
        try await TestServer.serve(greeting: Frames.frame(0x81, Array("first".utf8), isMasked: false)) { connection in
            for await _ in connection.messages {}
        } _: { server in
            try await WebSocketClient().connect(to: server.endpoint) { connection in
                #expect(await connection.receive() == .text("first"))
            }
        }
    }
}

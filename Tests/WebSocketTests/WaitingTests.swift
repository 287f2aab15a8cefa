import HubCore
import NIOCore
import Testing

@testable import WebSocket

/// What a server with many idle connections waits with.
@Suite(.timeLimit(.minutes(3))) struct WaitingTests {
    @Test("each message is handed on once and in order, whether it waited or came later, until the connection ends")
    func bursts() async throws {
        let (received, note) = AsyncStream<String>.makeStream()
        try await TestServer.serve { connection in
            await connection.forEachMessage { message in
                note.yield(String(buffer: message.payload))
                return true
            }
            note.finish()
        } _: { server in
            var numbers = received.makeAsyncIterator()
            try await WebSocketClient().connect(to: server.endpoint) { connection in
                try await connection.send((1...100).map { .text("\($0)") })
                for number in 1...100 { #expect(await numbers.next() == "\(number)") }
                try await connection.send(.text("again"))
                #expect(await numbers.next() == "again")
            }
            #expect(await numbers.next() == nil)
        }
    }

    @Test("a consumer that wants no more gets no more") func refused() async throws {
        let bench = try await Bench()
        let seen = Locked([String]())
        for text in ["one", "two", "three"] { try await bench.receive(Frames.text(text)) }
        await bench.connection.forEachMessage { message in
            seen.withLock { $0.append(String(buffer: message.payload)) }
            return String(buffer: message.payload) != "two"
        }
        #expect(seen.withLock { $0 } == ["one", "two"])
    }

    @Test("messages can be ended behind those that have come") func abandoned() async throws {
        let bench = try await Bench()
        try await bench.receive(Frames.text("one"))
        bench.connection.endMessages()
        #expect(await bench.connection.receive() == .text("one"))
        #expect(await bench.connection.receive() == nil)
        #expect(bench.connection.closeInfo == nil)
    }

    @Test("who waits for a message is told that it did not come in time, and the next waiter is left alone") func late() async throws {
        var options = WebSocketOptions.server
        // However far the clock is put forward before the alarm is set, the peer is not missed.
        options.pingInterval = nil
        let bench = try await Bench(.server, options)
        let isOver = Locked(false)
        async let first = {
            let message = await bench.connection.receive(within: .seconds(5))
            isOver.withLock { $0 = true }
            return message
        }()
        // The alarm is set at whatever moment.
        while !isOver.withLock({ $0 }) {
            await bench.advance(.seconds(5))
            await Task.yield()
        }
        #expect(await first == nil)
        try await bench.receive(Frames.text("one"))
        #expect(await bench.connection.receive(within: .seconds(5)) == .text("one"))
        async let second = bench.connection.receive()
        await bench.advance(.seconds(10))
        try await bench.receive(Frames.text("two"))
        #expect(await second == .text("two"))
    }

    @Test("what is sent without waiting says when the kernel has it, and that a closed connection takes nothing") func flushed()
        async throws
    {
        let (outcomes, note) = AsyncStream<Bool>.makeStream()
        var outcome = outcomes.makeAsyncIterator()
        try await TestServer.serve { connection in
            for await message in connection.messages { try await connection.send(message) }
        } _: { server in
            try await WebSocketClient().connect(to: server.endpoint) { connection in
                connection.send([.text("one"), .text("two")]) { note.yield($0) }
                #expect(await outcome.next() == true)
                var messages = connection.messages.makeAsyncIterator()
                #expect(await messages.next() == .text("one"))
                #expect(await messages.next() == .text("two"))
                await connection.close()
                connection.send([.text("three")]) { note.yield($0) }
                #expect(await outcome.next() == false)
            }
        }
    }
}

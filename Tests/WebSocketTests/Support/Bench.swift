import NIOCore
import NIOEmbedded

@testable import WebSocket

/// One end of a connection without a network, and with a clock that goes when it is told to.
struct Bench {
    let channel: NIOAsyncTestingChannel
    let connection: WebSocketConnection

    init(_ role: WebSocketRole = .server, _ options: WebSocketOptions = .server) async throws {
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        self.channel = channel
        connection = try await channel.testingEventLoop.executeInContext {
            try WebSocketConnection.add(to: channel, as: role, options)
        }
    }

    func receive(_ bytes: [UInt8]) async throws { try await channel.writeInbound(ByteBuffer(bytes: bytes)) }
    func advance(_ time: TimeAmount) async { await channel.testingEventLoop.advanceTime(by: time) }

    /// All that was written since the last look.
    func written() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try await channel.readOutbound(as: ByteBuffer.self) { bytes += Array(buffer: buffer) }
        return bytes
    }

    /// The code of the close frame that was written last.
    func writtenCloseCode() async throws -> UInt16? {
        let bytes = try await written()
        guard let start = bytes.lastIndex(of: 0x88), bytes.count >= start + 4 else { return nil }
        return UInt16(bytes[start + 2]) << 8 | UInt16(bytes[start + 3])
    }

    func end() async { _ = try? await channel.finish(acceptAlreadyClosed: true) }
}

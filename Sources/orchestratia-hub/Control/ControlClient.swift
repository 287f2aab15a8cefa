import Foundation
import NIOCore
import NIOPosix

/// Asks a running hub over its control socket.
enum ControlClient {
    /// - Returns: `nil` if no hub listens there.
    static func ask(_ request: ControlRequest, at path: String) async throws -> ControlResponse? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup).connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
        } catch {
            // A socket file that nobody listens at: the hub was killed.
            return nil
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: try JSONEncoder().encode(request) + [UInt8(ascii: "\n")]))
            var answer = ByteBuffer()
            for try await var chunk in inbound { answer.writeBuffer(&chunk) }
            guard answer.readableBytes > 0 else { return .failed("the hub stopped before it answered: try again") }
            return try JSONDecoder().decode(ControlResponse.self, from: Data(answer.readableBytesView))
        }
    }
}

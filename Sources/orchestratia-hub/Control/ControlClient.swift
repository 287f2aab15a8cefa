import Foundation
import NIOCore
import NIOPosix

/// Asks a running hub over its control socket.
enum ControlClient {
    /// In the folder that everybody may write to, only a socket of this user's: what is said there may hold a bot's token.
    private static func isTrusted(_ path: String) -> Bool {
        guard (path as NSString).deletingLastPathComponent == "/tmp" else { return true }
        var facts = stat()
        return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFSOCK && facts.st_uid == geteuid()
    }

    /// - Returns: `nil` if no hub listens there.
    static func ask(_ request: ControlRequest, at path: String) async throws -> ControlResponse? {
        guard FileManager.default.fileExists(atPath: path), isTrusted(path) else { return nil }
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

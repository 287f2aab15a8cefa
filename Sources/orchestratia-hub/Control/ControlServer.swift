import Foundation
import HubCore
import Logging
import NIOCore
import NIOPosix

/// Answers subcommands while the hub runs: one JSON document on one line in, one out. Only the hub's own user can connect.
struct ControlServer: Sendable {
    /// The longest request: a pipeline of ten thousand tasks, in JSON strings. Only the hub's own user can connect.
    private static let longestRequest = 64 << 20

    let path: String
    let log: Logger
    let perform: @Sendable (ControlRequest) async -> ControlResponse

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Serves until the task is cancelled.
    func run() async throws {
        let mask = umask(0o077)
        let server: NIOAsyncChannel<Connection, Never>
        do {
            defer { umask(mask) }
            server = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
                .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
        }
        defer { unlink(path) }
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await answer(connection) }
                }
            }
        }
    }

    private func answer(_ connection: Connection) async {
        do {
            try await connection.executeThenClose { inbound, outbound in
                var request = ByteBuffer()
                for try await var chunk in inbound {
                    request.writeBuffer(&chunk)
                    guard request.readableBytes <= Self.longestRequest else { return }
                    guard let end = request.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { continue }
                    let line = Data(request.readableBytesView[..<end])
                    let response: ControlResponse
                    if let decoded = try? JSONDecoder().decode(ControlRequest.self, from: line) {
                        response = await perform(decoded)
                    } else {
                        response = .failed("this hub does not understand the request: is it of another version?")
                    }
                    try await outbound.write(ByteBuffer(bytes: try JSONEncoder().encode(response) + [UInt8(ascii: "\n")]))
                    return
                }
            }
        } catch {
            log.debug("a control connection ended", metadata: ["error": "\(error)"])
        }
    }
}

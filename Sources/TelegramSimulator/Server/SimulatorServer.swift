import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// The listener on 127.0.0.1.
struct SimulatorServer: Sendable {
    struct NotListening: Error {}

    let port: Int
    private let listener: any Channel
    private let running: Task<Void, any Error>

    static func start(for simulator: Simulator, port: Int, logger: Logger) async throws -> SimulatorServer {
        let (listeners, announce) = AsyncStream<any Channel>.makeStream()
        let routes = Routes(simulator: simulator)
        let service = try HTTPServerBuilder.http1(configuration: .init(additionalChannelHandlers: [HalfClosureHandler()])).buildServer(
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        ) { request, writer, channel in
            try await routes.respond(to: request, writer, Connection(channel: channel))
        } onServerRunning: { channel in
            announce.yield(channel)
        }
        let running = Task {
            defer { announce.finish() }
            try await service.run()
        }
        for await listener in listeners {
            if let port = listener.localAddress?.port { return SimulatorServer(port: port, listener: listener, running: running) }
        }
        try await running.value
        throw NotListening()
    }

    func stop() async {
        // Cancelling drops connections that were accepted and not yet taken over, and NIO ends the process for that: so accept no more,
        // and give those a moment.
        try? await listener.setOption(.autoRead, value: false).get()
        try? await Task.sleep(for: .milliseconds(50))
        running.cancel()
        // How it ended does not matter any more.
        _ = await running.result
    }
}

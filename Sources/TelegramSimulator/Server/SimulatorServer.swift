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
    private let running: Task<Void, any Error>

    static func start(for simulator: Simulator, port: Int, logger: Logger) async throws -> SimulatorServer {
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let routes = Routes(simulator: simulator)
        let service = try HTTPServerBuilder.http1(configuration: .init(additionalChannelHandlers: [HalfClosureHandler()])).buildServer(
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        ) { request, writer, channel in
            try await routes.respond(to: request, writer, Connection(channel: channel))
        } onServerRunning: { channel in
            announce.yield(channel.localAddress?.port ?? 0)
        }
        let running = Task {
            defer { announce.finish() }
            try await service.run()
        }
        for await port in ports where port > 0 { return SimulatorServer(port: port, running: running) }
        try await running.value
        throw NotListening()
    }

    func stop() async {
        running.cancel()
        // How it ended does not matter any more.
        _ = await running.result
    }
}

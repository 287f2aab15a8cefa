import HubCore
import HubService
import HubTesting
import Logging
import Testing
import WireProtocol

@testable import HubServer

/// Two connected servers and a relay that works.
struct TransferBench: Sendable {
    let hub: Hub
    let source: Server
    let target: Server
    let connections = RecordingConnections()
    let relay: TransferRelay

    static func with(limits: TransferLimits = TransferLimits(), _ body: @Sendable (TransferBench) async throws -> Void) async throws {
        let test = try await HubTesting.TestHub()
        let bench = TransferBench(
            test.hub, source: try await test.server("source"), target: try await test.server("target"), limits: limits)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await bench.relay.run() }
            try await body(bench)
            group.cancelAll()
        }
    }

    private init(_ hub: Hub, source: Server, target: Server, limits: TransferLimits) {
        (self.hub, self.source, self.target) = (hub, source, target)
        relay = TransferRelay(hub, connections, limits: limits, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        connections.connect(source.id)
        connections.connect(target.id)
    }

    func start(_ size: Int) async throws -> FileTransfer {
        let transfer = try await hub.run(
            StartTransfer(
                from: source, to: "target", filename: "x.bin", path: "/src/x.bin", size: size,
                sha256: String(repeating: "0", count: 64)),
            as: .agent(source, over: .rest))
        relay.start(transfer, senderName: "boss")
        return transfer
    }

    func say(_ message: DaemonMessage, by server: Server) async { _ = await relay.take(message, from: server.id) }

    func hears(_ server: Server) async -> HubMessage {
        let (who, message) = await connections.next()
        #expect(who == server.id)
        return message
    }

    /// Up to where the sender begins.
    func accepted(_ size: Int) async throws -> String {
        let id = try await start(size).id.text
        _ = await hears(target)
        await say(.fileAccept(transfer: id), by: target)
        #expect(await hears(source) == .fileSendStart(transfer: id, path: "/src/x.bin"))
        return id
    }

    func over(_ id: String) async throws -> FileTransfer {
        let found = try await hub.wait(atMost: .seconds(60)) {
            let transfer = try await hub.ask(GetTransfer(id, in: source.project), as: .hub)
            return (transfer, transfer.state.isOver)
        }
        return found
    }
}

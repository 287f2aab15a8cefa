import HubCore
import HubService
import Logging
import WireProtocol

/// Brings files from one server to another: one ``TransferLine`` each (agent protocol, section 6.6).
///
/// It works while ``run()`` does. What a stopped hub left under way is given up at the next start.
package final class TransferRelay: Sendable {
    private let hub: Hub
    private let connections: any AgentConnections
    private let limits: TransferLimits
    private let log: Logger
    private let made: Timestamp
    private let lines = Locked([String: TransferLine]())
    private let begun: AsyncStream<TransferLine>
    private let begin: AsyncStream<TransferLine>.Continuation

    package init(_ hub: Hub, _ connections: any AgentConnections, limits: TransferLimits = TransferLimits(), log: Logger) {
        (self.hub, self.connections, self.limits, self.log) = (hub, connections, limits, log)
        made = hub.clock.now()
        (begun, begin) = AsyncStream.makeStream()
    }

    /// Until it is cancelled.
    package func run() async {
        do {
            try await hub.run(AbandonTransfers(before: made), as: .hub)
        } catch {
            log.error("transfers of before could not be given up", metadata: ["error": "\(HubError(error))"])
        }
        await withDiscardingTaskGroup { group in
            for await line in begun {
                group.addTask {
                    await line.run()
                    self.lines.withLock { _ = $0.removeValue(forKey: line.id) }
                }
            }
            group.cancelAll()
        }
    }

    /// Offers the file to its receiver. A transfer that is known is not begun again.
    package func start(_ transfer: FileTransfer, senderName: String) {
        guard transfer.state == .pending else { return }
        let line = TransferLine(transfer, senderName: senderName, connections: connections, limits: limits) { [hub, log] update in
            do {
                try await hub.run(update, as: .hub)
            } catch {
                log.error("a transfer's state could not be stored", metadata: ["error": "\(HubError(error))"])
            }
        }
        let isNew = lines.withLock { lines in
            guard lines[line.id] == nil else { return false }
            lines[line.id] = line
            return true
        }
        if isNew { begin.yield(line) }
    }

    /// Takes what a server says about a transfer. Returns late while the receiver is slow, so that the sender's socket fills up instead
    /// of the hub's memory.
    ///
    /// - Returns: whether the message is about a transfer at all.
    package func take(_ message: DaemonMessage, from server: Server.ID) async -> Bool {
        guard let id = message.transfer else { return false }
        if let line = lines.withLock({ $0[id] }) { await line.take(message, from: server) }
        return true
    }

    /// The server's connection is gone, and with it what was on its way.
    package func disconnected(_ server: Server.ID) {
        for line in lines.withLock({ Array($0.values) }) { line.disconnected(server) }
    }

    /// How many chunks have reached the receiver's connection, while a transfer is under way.
    func chunksRelayed(of id: FileTransfer.ID) -> Int? {
        lines.withLock { $0[id.text] }?.chunksRelayed
    }
}

/// What a transfer may take.
package struct TransferLimits: Sendable {
    /// Until the receiver accepts, the sender begins, the next chunk passes, and the receiver has checked the file.
    package var patience: Duration
    /// Bytes that wait for the receiver's connection.
    package var queue: Int

    package init(patience: Duration = .seconds(60), queue: Int = 4 << 20) {
        (self.patience, self.queue) = (patience, queue)
    }
}

extension DaemonMessage {
    /// The transfer that it is about.
    fileprivate var transfer: String? {
        switch self {
        case .fileAccept(let transfer), .fileAck(let transfer, _), .fileError(let transfer, _): transfer
        case .fileChunk(let chunk): chunk.transfer
        case .fileComplete(let complete): complete.transfer
        default: nil
        }
    }
}

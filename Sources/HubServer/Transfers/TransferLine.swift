import HubCore
import HubService
import WireProtocol

/// One file on its way from a server to another. All that happens to it happens in order, in ``run()``.
final class TransferLine: Sendable {
    private enum Input: Sendable {
        case message(DaemonMessage, from: Server.ID)
        case disconnected(Server.ID)
        case timedOut
    }

    private struct State {
        /// Bytes in `inputs`.
        var queued = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
        var isOver = false
        /// Whether its end is stored.
        var isEnded = false
        var chunksRelayed = 0
        var lastProgress = ContinuousClock.now
    }

    let transfer: FileTransfer
    private let senderName: String
    private let connections: any AgentConnections
    private let limits: TransferLimits
    private let update: @Sendable (UpdateTransfer) async -> Void
    private let state = Locked(State())
    private let inputs: AsyncStream<Input>
    private let feed: AsyncStream<Input>.Continuation

    init(
        _ transfer: FileTransfer, senderName: String, connections: any AgentConnections, limits: TransferLimits,
        update: @escaping @Sendable (UpdateTransfer) async -> Void
    ) {
        (self.transfer, self.senderName, self.connections) = (transfer, senderName, connections)
        (self.limits, self.update) = (limits, update)
        (inputs, feed) = AsyncStream.makeStream()
    }

    var id: String { transfer.id.text }
    var chunksRelayed: Int { state.withLock { $0.chunksRelayed } }

    /// Queues what a server says; waits while too much is queued.
    func take(_ message: DaemonMessage, from server: Server.ID) async {
        let isSender = server == transfer.source
        let isReceiver = server == transfer.target
        let weight: Int
        switch message {
        case .fileChunk(let chunk) where isSender: weight = chunk.bytes.count + 256
        case .fileComplete where isSender, .fileAccept where isReceiver, .fileAck where isReceiver: weight = 256
        case .fileError where isSender || isReceiver: weight = 256
        default: return
        }
        let isFull = state.withLock { state in
            guard !state.isOver else { return false }
            state.queued += weight
            return state.queued > limits.queue
        }
        feed.yield(.message(message, from: server))
        guard isFull else { return }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isOver || state.queued <= limits.queue { return true }
                state.waiters.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func disconnected(_ server: Server.ID) {
        guard server == transfer.source || server == transfer.target else { return }
        feed.yield(.disconnected(server))
    }

    /// Until the transfer is over, or given up because the hub stops.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.relay() }
            group.addTask { await self.watch() }
            await group.next()
            group.cancelAll()
        }
        let (waiters, isEnded) = state.withLock { state in
            state.isOver = true
            defer { state.waiters = [] }
            return (state.waiters, state.isEnded)
        }
        for waiter in waiters { waiter.resume() }
        feed.finish()
        guard !isEnded else { return }
        await update(
            UpdateTransfer(transfer.id, .failed, chunksRelayed: chunksRelayed, failure: "the hub could not bring the file further"))
    }

    private func watch() async {
        while !Task.isCancelled {
            let due = state.withLock { $0.lastProgress } + limits.patience
            guard due > .now else {
                feed.yield(.timedOut)
                // The relay may hang in a send to a connection that takes nothing: its end is not waited for.
                try? await Task.sleep(for: limits.patience)
                return
            }
            // A cancelled sleep ends the loop.
            try? await Task.sleep(until: due)
        }
    }

    private func relay() async {
        var progress = TransferProgress(transfer)
        await carryOut([.send(.fileOffer(offer), to: .receiver)], &progress)
        if progress.isOver { return }
        for await input in inputs {
            let steps: [TransferProgress.Step]
            switch input {
            case .message(let message, let server):
                steps = progress.take(message, isFromReceiver: server == transfer.target)
                free(message)
            case .disconnected(let server):
                steps = progress.fail("\(server == transfer.source ? "the sender" : "the receiver") lost its connection")
            case .timedOut:
                steps = progress.fail("nothing happened for \(limits.patience.milliseconds / 1000) seconds while \(progress.waitsFor)")
            }
            await carryOut(steps, &progress)
            if progress.isOver { return }
        }
    }

    private var offer: FileOffer {
        FileOffer(
            transfer: id, filename: transfer.filename, size: Int64(transfer.size), sha256: transfer.sha256, senderSession: senderName)
    }

    private func free(_ message: DaemonMessage) {
        let weight = if case .fileChunk(let chunk) = message { chunk.bytes.count + 256 } else { 256 }
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.queued -= weight
            guard state.queued <= limits.queue / 2 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func carryOut(_ steps: [TransferProgress.Step], _ progress: inout TransferProgress) async {
        for step in steps {
            switch step {
            case .send(let message, let side):
                do {
                    try await connections.send(message, to: side == .receiver ? transfer.target : transfer.source)
                } catch {
                    // Whoever cannot be reached is not told why it failed.
                    guard !progress.isOver else { continue }
                    await carryOut(progress.fail("\(side == .receiver ? "the receiver" : "the sender") is not connected"), &progress)
                    return
                }
            case .store(let state, let failure):
                await update(UpdateTransfer(transfer.id, state, chunksRelayed: progress.chunks, failure: failure))
                if state.isOver { self.state.withLock { $0.isEnded = true } }
            }
        }
        let chunks = progress.chunks
        if !steps.isEmpty {
            state.withLock { state in
                state.chunksRelayed = chunks
                state.lastProgress = .now
            }
        }
    }
}

import HubCore
import HubService
import WireProtocol

/// The states of a transfer, as a value: what is said goes in, what is to be done comes out (agent protocol, section 6.6).
struct TransferProgress: Sendable {
    enum Side: Sendable { case sender, receiver }

    enum Step: Sendable {
        case send(HubMessage, to: Side)
        case store(FileTransfer.State, failure: String?)
    }

    private let transfer: FileTransfer
    private(set) var state = FileTransfer.State.pending
    /// Chunks that were passed on.
    private(set) var chunks = 0
    private var bytes = 0
    private var isSent = false

    init(_ transfer: FileTransfer) {
        self.transfer = transfer
    }

    var isOver: Bool { state.isOver }
    private var id: String { transfer.id.text }

    /// What would have to happen next.
    var waitsFor: String {
        switch state {
        case .pending: "the receiver was asked to accept the file"
        case .accepted: "the sender was asked to begin"
        default: isSent ? "the receiver checked the file" : "the file was on its way"
        }
    }

    mutating func take(_ message: DaemonMessage, isFromReceiver: Bool) -> [Step] {
        guard !isOver else { return [] }
        switch message {
        case .fileAccept:
            guard state == .pending else { return [] }
            state = .accepted
            return [.store(.accepted, failure: nil), .send(.fileSendStart(transfer: id, path: transfer.path), to: .sender)]
        case .fileChunk(let chunk): return take(chunk)
        case .fileComplete(let complete):
            guard state == .accepted || state == .transferring, !isSent else { return [] }
            guard complete.total == Int64(chunks), bytes == transfer.size else {
                return fail("the sender ended after \(bytes) of \(transfer.size) bytes")
            }
            isSent = true
            return [.send(.fileComplete(complete), to: .receiver)]
        case .fileAck(_, let isVerified):
            guard isSent else { return [] }
            guard isVerified else { return fail("the file that arrived is not the one that was sent: its SHA-256 differs") }
            return end(.completed, nil)
        case .fileError(_, let error):
            // Cut behind the mask: the beginning of a secret is not seen for one.
            let shown = String(Redactor.redact(String(error.prefix(2000))).prefix(500))
            let reason = shown.isEmpty ? "no reason was given" : shown
            let isRefused = isFromReceiver && state == .pending
            return end(isRefused ? .rejected : .failed, reason)
                + [.send(.fileError(transfer: id, error: reason), to: isFromReceiver ? .sender : .receiver)]
        default: return []
        }
    }

    private mutating func take(_ chunk: FileChunk) -> [Step] {
        guard state == .accepted || state == .transferring, !isSent else { return [] }
        guard chunk.index == Int64(chunks), chunk.total > chunk.index else {
            return fail("chunk \(chunk.index) came where \(chunks) was due")
        }
        bytes += chunk.bytes.count
        guard bytes <= transfer.size else { return fail("the sender sends more than the \(transfer.size) bytes that it announced") }
        chunks += 1
        let isFirst = state == .accepted
        state = .transferring
        return (isFirst ? [.store(.transferring, failure: nil)] : []) + [.send(.fileChunk(chunk), to: .receiver)]
    }

    /// Ends the transfer from the hub's side; both are told.
    mutating func fail(_ reason: String) -> [Step] {
        guard !isOver else { return [] }
        return end(.failed, reason)
            + [.send(.fileError(transfer: id, error: reason), to: .receiver), .send(.fileError(transfer: id, error: reason), to: .sender)]
    }

    private mutating func end(_ final: FileTransfer.State, _ reason: String?) -> [Step] {
        state = final
        return [.store(final, failure: reason)]
    }
}

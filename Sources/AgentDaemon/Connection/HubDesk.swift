import Cryptography
import HubCore
import Logging
import WireProtocol

/// Hands the hub's messages to whoever carries them out, and acknowledges them when that has happened.
struct HubDesk: Sendable {
    let sessions: Sessions
    let spool: ReportSpool
    let seen: SeenMessages
    let transfers: FileTransfers
    let permissions: Permissions
    let outgoing: Outgoing
    /// For sessions of a hub that gives none of their own.
    let machineKey: Secret
    let log: Logger

    func connected(_ welcome: Welcome) async {
        await spool.connected(isNumbered: welcome.features.contains(.reports), resumeFrom: welcome.resumeFrom)
        await sessions.connected(welcome)
        let permissions = self.permissions
        // Beside the messages: a hub that answers slowly holds up nothing.
        Task { await permissions.fetchRules() }
    }

    func disconnected() async {
        await spool.disconnected()
        await sessions.disconnected()
        await transfers.disconnected()
    }

    func handle(_ frame: HubFrame) async {
        guard let id = frame.messageID else { return await perform(frame.message) { _ in } }
        switch await seen.begin(id) {
        case .seen: outgoing.send(.ack(messageID: id))
        case .underWay: break
        case .new:
            let (seen, outgoing) = (self.seen, self.outgoing)
            await perform(frame.message) { hasTakenEffect in
                await seen.end(id, hasTakenEffect: hasTakenEffect)
                if hasTakenEffect { outgoing.send(.ack(messageID: id)) }
            }
        }
    }

    private func perform(_ message: HubMessage, done: @escaping @Sendable (Bool) async -> Void) async {
        switch message {
        case .sessionStart(let launch):
            return await sessions.start(launch, key: launch.sessionKey ?? machineKey.revealed) { await done(true) }
        case .task(let push): return await sessions.push(push, done: done)
        case .sessionInput(let session, let bytes): await sessions.order(.input(bytes), for: session)
        case .sessionResize(let session, let columns, let rows):
            await sessions.order(.resize(WindowSize(columns: columns, rows: rows)), for: session)
        case .sessionClose(let session): await sessions.close(session)
        case .sessionKill(let session): await sessions.kill(session)
        case .sessionRecoveredAck(let name, let session): await sessions.adopt(name, as: session)
        case .captureScrollback(let session): await sessions.captureScrollback(session)
        case .sessionReplay(let session, let from): await sessions.replay(session, from: from)
        case .sessionCredit(let session, let until): await sessions.grant(session, until: until)
        case .reportsStored(let number): await spool.stored(upTo: number)
        case .approvalRulesUpdated:
            let permissions = self.permissions
            Task { await permissions.fetchRules() }
        case .fileOffer(let offer): await transfers.offered(offer)
        case .fileSendStart(let transfer, let path): await transfers.send(transfer, path: path)
        case .fileChunk(let chunk): await transfers.received(chunk)
        case .fileComplete(let complete): await transfers.completed(complete)
        case .fileError(let transfer, _): await transfers.aborted(transfer)
        case .authOK, .pong, .unknown: break
        }
        await done(true)
    }
}

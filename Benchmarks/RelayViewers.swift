import Foundation

/// Programs that watch one session over `/ws/dashboard`, all on one thread: they count, and decode nothing.
///
/// `@unchecked Sendable`: the counts are touched under `condition` only, the sockets by the one thread.
final class RelayViewers: @unchecked Sendable {
    private let session: BareSession
    private let peers: [WebSocketPeer]
    private let condition = NSCondition()
    private var offsets: [Int]
    private var delivered = 0
    private var skips = 0
    private var latencies: [Double] = []
    private var failure: String?
    private var isStopped = false
    private var isFinishing = false
    private let outputHead: [UInt8]
    private let measuresLatency: Bool

    init(_ count: Int, of session: BareSession, on hub: HubProcess, token: String, measuresLatency: Bool) throws {
        (self.session, self.measuresLatency) = (session, measuresLatency)
        outputHead = Array(#"{"type":"session_output","session_id":"\#(session.id)","offset":"#.utf8)
        let begin = session.sent
        peers = try (0..<count).map { _ in try Self.watcher(of: session, on: hub, token: token, from: begin) }
        offsets = Array(repeating: begin, count: count)
        let thread = Thread { [self] in run() }
        thread.start()
    }

    static func watcher(of session: BareSession, on hub: HubProcess, token: String, from: Int) throws -> WebSocketPeer {
        let peer = try WebSocketPeer(hub.ready.url, "/ws/dashboard", bearer: token)
        try peer.send(#"{"type":"watch_session","session_id":"\#(session.id)","from":\#(from)}"#)
        _ = try peer.nextObject(ofType: "session_watched")
        return peer
    }

    private func run() {
        var polled = peers.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        while true {
            guard poll(&polled, nfds_t(polled.count), 200) >= 0 else { return }
            condition.lock()
            let isStopped = isStopped
            condition.unlock()
            if isStopped { return }
            for index in polled.indices where polled[index].revents != 0 {
                do {
                    try peers[index].receive { note($0, index) }
                } catch {
                    condition.lock()
                    failure = "\(error)"
                    condition.broadcast()
                    condition.unlock()
                    return
                }
            }
        }
    }

    /// `{"type":"session_output","session_id":"…","offset":N,"data":"…"}`, the members in this order.
    private func note(_ message: UnsafeRawBufferPointer, _ index: Int) {
        let now = ContinuousClock.now
        guard message.starts(with: outputHead) else { return noteOther(message, index) }
        var (offset, place) = (0, outputHead.count)
        while place < message.count, (0x30...0x39).contains(message[place]) {
            offset = offset * 10 + Int(message[place] - 0x30)
            place += 1
        }
        // `,"data":"` before, `"}` behind.
        let padding = message.dropLast(2).suffix(2).count { $0 == UInt8(ascii: "=") }
        let count = (message.count - 2 - place - 9) / 4 * 3 - padding
        condition.lock()
        defer { condition.unlock() }
        delivered += count
        if measuresLatency {
            var end = (offset / BareSession.frame + 1) * BareSession.frame
            while end <= offset + count {
                if let sent = session.timeSent(endingAt: end) { latencies.append(milliseconds(now - sent)) }
                end += BareSession.frame
            }
        }
        offsets[index] = offset + count
        if isFinishing { condition.broadcast() }
    }

    private func noteOther(_ message: UnsafeRawBufferPointer, _ index: Int) {
        let text = String(decoding: message.prefix(200), as: UTF8.self)
        guard text.hasPrefix(#"{"type":"session_repaint""#), let mark = text.range(of: #""offset":"#),
            let offset = Int(text[mark.upperBound...].prefix { $0.isNumber })
        else { return }
        condition.lock()
        skips += 1
        offsets[index] = offset
        condition.broadcast()
        condition.unlock()
    }

    struct Result {
        var delivered: Int
        var skips: Int
        var latencies: [Double]
    }

    /// Waits until every viewer has come to the end of what was sent, and stops.
    func finish() throws -> Result {
        condition.lock()
        defer { condition.unlock() }
        isFinishing = true
        defer { isStopped = true }
        let target = session.sent
        while failure == nil, offsets.contains(where: { $0 < target }) {
            guard condition.wait(until: Date(timeIntervalSinceNow: 30)) else {
                throw HubProcess.Failed(
                    description: "viewers did not come to the end: \(offsets.filter { $0 < target }.count) of \(offsets.count)")
            }
        }
        if let failure { throw HubProcess.Failed(description: failure) }
        return Result(delivered: delivered, skips: skips, latencies: latencies)
    }
}

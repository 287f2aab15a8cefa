import Foundation

/// Agents that are connected and do nothing: how fast they come, and the memory that each takes, its state included.
struct ConnectionsBenchmark {
    private static let counts = [2000, 10_000]
    /// Client threads.
    private static let clients = 8

    func run() async throws {
        for count in Self.counts { try measure(count) }
    }

    private func measure(_ count: Int) throws {
        try Machine.allowDescriptors(count + 200)
        let hub = try HubProcess()
        defer { hub.stop() }
        let registering = ContinuousClock.now
        let keys = try register(count, hub)
        let registered = milliseconds(ContinuousClock.now - registering) / 1000
        usleep(1_000_000)
        let before = hub.residentMemory
        let processor = hub.processorTime
        let begin = ContinuousClock.now
        let peers = try connect(keys, hub.ready.url)
        let elapsed = milliseconds(ContinuousClock.now - begin) / 1000
        let used = hub.processorTime - processor
        let atOnce = hub.residentMemory
        // Pings come every 20 s.
        let idle = try answerPings(of: peers, seconds: 25)
        let after = hub.residentMemory
        say(
            "idle agents, \(count): \(rounded((after - before) * 1024 / Double(count), digits: 1)) KiB each after 25 s (\(rounded((atOnce - before) * 1024 / Double(count), digits: 1)) when all had come; hub \(rounded(before, digits: 1)) → \(rounded(after, digits: 1)) MiB); \(rounded(Double(count) / elapsed, digits: 0)) connects/s, \(rounded(used / elapsed)) cores of the hub; \(idle) still there; registered before at \(rounded(Double(count) / registered, digits: 0))/s; load \(Machine.load)"
        )
    }

    private func register(_ count: Int, _ hub: HubProcess) throws -> [String] {
        let (control, url) = (ControlConnection(hub), hub.ready.url)
        return try Parallel(Self.clients).map(count) {
            try HTTPConnection(url)
        } each: { http, number in
            try BareAgent.register("bench\(number)", token: control.registrationToken(), over: http)
        }
    }

    /// Each connection counts once the hub has said `auth_ok`.
    private func connect(_ keys: [String], _ hub: String) throws -> [WebSocketPeer] {
        let peers = try Parallel(Self.clients).map(keys.count) {
        } each: { _, number in
            let peer = try BareAgent.connect(hub, key: keys[number], from: "127.0.0.\(1 + number % 8)", room: 1024)
            _ = try peer.nextObject(ofType: "auth_ok")
            return Passed(peer)
        }
        return peers.map(\.peer)
    }

    /// Made on one thread and used on another afterwards. `@unchecked Sendable`: never on both at once.
    private struct Passed: @unchecked Sendable {
        let peer: WebSocketPeer

        init(_ peer: WebSocketPeer) { self.peer = peer }
    }

    /// - Returns: how many connections are open at the end.
    private func answerPings(of peers: [WebSocketPeer], seconds: Double) throws -> Int {
        var polled = peers.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        while ContinuousClock.now < end {
            guard poll(&polled, nfds_t(polled.count), 200) > 0 else { continue }
            for index in polled.indices where polled[index].revents != 0 {
                do { try peers[index].receive { _ in } } catch { polled[index].fd = -1 }
            }
        }
        return polled.count { $0.fd >= 0 }
    }
}

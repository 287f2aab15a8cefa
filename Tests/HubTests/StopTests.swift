import Foundation
import HubCore
import HubTesting
import TelegramSimulator
import Testing

import enum HubCore.JSONValue
import class HubCore.Locked

/// SIGTERM while others hang: the programs end by themselves, with 0, and lose nothing that was answered.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StopTests {
    @Test func `a hub ends with 0 while WebSockets do not answer, requests are half sent, downloads are not read, and Telegram hangs`()
        async throws
    {
        try await Site.with { site in
            let port = try #require(Site.port(of: site.hub))
            let bearer = try await site.hub.run(["api-token", "create", "--project", "default", "--role", "owner"]).standard
            let daemon = try await InstalledClient(token: try await site.registrationToken(), hub: site.hub.url, site.transport)
            var peers = [try RawPeer(port: port)]
            // A daemon and a person's program that neither read nor answer a closing handshake.
            try await peers[0].upgrade("/ws/server")
            try peers[0].frame((["type": "auth", "api_key": .string(daemon.key)] as JSONValue).text)
            try await peers[0].read(until: "auth_ok")
            peers.append(try RawPeer(port: port))
            try await peers[1].upgrade("/ws/dashboard", headers: "Authorization: Bearer \(bearer)\r\n")
            // One that never says who it is.
            peers.append(try RawPeer(port: port))
            try await peers[2].upgrade("/ws/server")
            // Requests: half a head, half a body, one that waits, an answer that is not read, and a connection that was used.
            for request in [
                "GET /api/v1/hea",
                "POST /api/v1/tasks HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(bearer)\r\nContent-Length: 99\r\n\r\n{",
                "GET /api/v1/events?after=100000&wait=25 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(bearer)\r\n\r\n",
                "GET /download/orchestratia-agent HTTP/1.1\r\nHost: h\r\n\r\n", "GET /api/v1/health HTTP/1.1\r\nHost: h\r\n\r\n",
            ] {
                let peer = try RawPeer(port: port)
                try peer.send(request)
                if request.contains("download") || request.contains("health") { try await peer.read(until: "\r\n\r\n") }
                peers.append(peer)
            }
            await site.simulator.inject(.hang, method: "sendMessage", times: 100)
            try await site.say("/status")
            try await site.wait(for: "a call that hangs") {
                await site.simulator.calls(of: "sendMessage").contains { $0.fault == .hang } ? true : nil
            }
            let made = try await site.post("/api/v1/tasks", ["title": "Keep me", "spec": "please"])
            #expect(made["id"]?.string != nil)

            site.hub.askToStop()
            // What waits is let go when the server begins to stop, after Telegram has had its time; a request under way has its own then.
            try await peers[5].read(until: "HTTP/1.1 200")
            let rest = #""title": "Half a request", "spec": "please""#
            try peers[4].send(rest + String(repeating: " ", count: 97 - rest.utf8.count) + "}")
            try await peers[4].read(until: "HTTP/1.1 201")
            #expect(await site.hub.end() == 0)
            withExtendedLifetime(peers) {}
            #expect(try await site.hub.run(["audit", "verify"]).status == 0)
            await site.simulator.clearFaults()
            try await site.hub.start()
            let titles = try await site.get("/api/v1/tasks")["tasks"]?.array?.compactMap { $0["title"]?.string }
            #expect(titles == ["Half a request", "Keep me"])
            // What was asked and not answered is answered now.
            _ = try await site.simulator.waitForMessage(in: site.chat, timeout: Site.patience) {
                $0.isFromBot && $0.text.contains("Database: fine")
            }
        }
    }

    @Test func `a hub ends with 0 in a rush of new connections`() async throws {
        let hub = try HubProgram()
        try await hub.start()
        let rush = Rush(port: try #require(Site.port(of: hub)))
        let deadline = ContinuousClock.now + .seconds(60)
        while rush.count < 200, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }  // until the rush is on
        #expect(rush.count >= 200)
        #expect(await hub.stop() == 0)
        await rush.end()
        #expect(try await hub.run(["audit", "verify"]).status == 0)
    }

    @Test func `a daemon ends with 0 while its hub hangs, and what it could not tell is told by the next`() async throws {
        try await Site.with { site in
            let hub = try #require(site.hub.ready["pid"]?.int.map(Int32.init))
            let machine = try await site.machine("mac-1")
            let session = try await site.open("left", on: machine)
            try await site.type("echo here-$((40 + 2))", into: session)
            try await site.screen(of: session, shows: "here-42")
            let file = machine.home + "/leaked"
            try await site.type("(setsid sh -c 'trap \"\" HUP TERM; echo $$ > \(file); while :; do sleep 1; done' &)", into: session)
            let leaked = try await site.wait(for: "a leaked process") {
                (try? String(contentsOfFile: file, encoding: .utf8)).flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            }
            kill(hub, SIGSTOP)
            defer { kill(hub, SIGCONT) }
            #expect(await machine.stop() == 0)
            #expect(!ProcessFacts.isAlive(leaked), "a session's process outlives the agent")
            // One that never got as far as being welcomed.
            try await machine.start(until: "the agent runs")
            #expect(await machine.stop() == 0)
            kill(hub, SIGCONT)
            try await machine.start()
            try await site.session(session, is: "closed")
            #expect(try await site.events("session.closed").count == 1)
        }
    }
}

/// Connects again and again until nobody listens any more, from a thread of its own.
private final class Rush: Sendable {
    private let peers: Locked<Int>
    private let isOver: Locked<Bool>
    private let connecting: Task<Void, Never>

    init(port: Int) {
        let (peers, isOver) = (Locked(0), Locked(false))
        (self.peers, self.isOver) = (peers, isOver)
        connecting = Task {
            await OffPool.run {
                while !isOver.withLock({ $0 }), let peer = try? RawPeer(port: port) {
                    // One that says nothing, or not much, and is gone.
                    try? peer.send("GET /api/v1/hea")
                    peers.withLock { $0 += 1 }
                }
            }
        }
    }

    var count: Int { peers.withLock { $0 } }

    fileprivate func end() async {
        isOver.withLock { $0 = true }
        await connecting.value
    }
}

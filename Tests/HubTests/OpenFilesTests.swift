import HTTPClient
import HubCore
import Testing

import enum HubCore.JSONValue

@Suite(.timeLimit(.minutes(5))) struct OpenFilesTests {
    /// systemd starts services with room for 1024 files, and lets them ask for more.
    @Test func `a hub asks for as many files as it may have open`() async throws {
        let hub = try HubProgram(openFiles: "-S -n 128")
        try await hub.start()
        let port = try #require(Site.port(of: hub))
        let peers = try (0..<200).map { _ in try asking(port) }
        for peer in peers { try await peer.read(until: "200 OK") }
        #expect(await hub.stop() == 0)
        withExtendedLifetime(peers) {}
    }

    @Test func `where it may have no more, connections wait until others end, and nothing breaks`() async throws {
        let hub = try HubProgram(openFiles: "-n 128")
        try await hub.start()
        let port = try #require(Site.port(of: hub))
        var peers = try (0..<200).map { _ in try asking(port) }
        while !peers.isEmpty { try await peers.removeFirst().read(until: "200 OK") }
        try await asking(port).read(until: "200 OK")
        #expect(await hub.stop() == 0)
        #expect(try await hub.run(["audit", "verify"]).status == 0)
    }

    private func asking(_ port: Int) throws -> RawPeer {
        let peer = try RawPeer(port: port)
        try peer.send("GET /api/v1/health HTTP/1.1\r\nHost: h\r\n\r\n")
        return peer
    }
}

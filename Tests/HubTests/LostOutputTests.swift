import Foundation
import HubTesting
import Testing

/// Programs whose log or output cannot be written, on a full disk or because its reader has gone, go on all the same.
@Suite(.timeLimit(.minutes(5))) struct LostOutputTests {
    @Test func `a hub that cannot write its log serves on`() async throws {
        let hub = try HubProgram(logFile: "/dev/full")
        try await hub.start(["--log-level", "trace"])
        let port = try #require(Site.port(of: hub))
        for _ in 0..<3 {
            let peer = try RawPeer(port: port)
            try peer.send("GET /api/v1/health HTTP/1.1\r\nHost: h\r\n\r\n")
            try await peer.read(until: "200 OK")
        }
        #expect(await hub.stop() == 0)
    }

    @Test(arguments: ["orchestratia-hub", "orchestratia-agent", "orchestratia"])
    func `a fault that cannot be told still has its exit code`(program: String) async throws {
        let path = URL(fileURLWithPath: HubProgram.path).deletingLastPathComponent().appendingPathComponent(program).path
        let output = try await FinishedProgram.run("/bin/sh", ["-c", "exec \"$0\" --nonsense 2>/dev/full", path])
        #expect(output.status == 2, "\(output)")
    }
}

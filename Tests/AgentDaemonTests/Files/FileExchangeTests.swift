import Cryptography
import Foundation
import HubCore
import Testing
import WireProtocol

@testable import AgentDaemon

@Suite("Files", .timeLimit(.minutes(3)))
struct FileExchangeTests {
    @Test("come from people checked and under a harmless name, and go to them, but not the agent's own")
    func exchange() async throws {
        let content = Array("hello".utf8)
        let digest = Hex.encode(SHA256.digest(of: content))
        let pending = Locked(true)
        let answer: @Sendable (TestHub.Request) -> TestHub.Answer? = { request in
            switch request.path {
            case "/api/v1/server/files/pending" where pending.withLock({ $0 }):
                let items: JSONValue = [
                    ["upload_id": "u1", "download_url": "/get/1", "filename": "../../.bad/name.txt", "sha256": .string(digest)],
                    ["upload_id": "u2", "download_url": "/get/1", "filename": "x", "sha256": "00"],
                ]
                return (200, items.bytes)
            case "/api/v1/server/files/pulls/pending" where pending.withLock({ $0 }):
                pending.withLock { $0 = false }
                return (
                    200, Array("[{\"download_id\":\"d1\",\"path\":\"~/out.txt\"},{\"download_id\":\"d2\",\"path\":\"~/config.yaml\"}]".utf8)
                )
            case "/get/1": return (200, content)
            default: return nil
            }
        }
        try await TestHub.serve(answer: answer) { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.plain)
                try "out".write(toFile: home.path + "/out.txt", atomically: true, encoding: .utf8)
                try await home.run { _ in
                    func request(_ path: String) async -> TestHub.Request? {
                        _ = await eventually { hub.requests.contains { $0.path == path } }
                        return hub.requests.first { $0.path == path }
                    }
                    let first = try #require(await request("/api/v1/server/files/u1/ack"))
                    let path = home.path + "/.orchestratia/uploads/name.txt"
                    let taken = try JSONValue(parsing: first.body)
                    #expect(taken == ["success": true, "path": .string(path)])
                    #expect(FileManager.default.contents(atPath: path) == Data(content))
                    let second = try #require(await request("/api/v1/server/files/u2/ack"))
                    let mismatch = try JSONValue(parsing: second.body)
                    #expect(mismatch["error"] == "sha256 mismatch")
                    let upload = try #require(await request("/api/v1/server/files/pulls/d1/upload"))
                    #expect(String(decoding: upload.body, as: UTF8.self).contains("filename=\"out.txt\""))
                    let refused = try #require(await request("/api/v1/server/files/pulls/d2/fail"))
                    #expect(String(decoding: refused.body, as: UTF8.self).contains("not given away"))
                    #expect(hub.requests.allSatisfy { $0.key == "orc_machine_key_123" })
                }
            }
        }
    }

    @Test("that cannot be taken are given up, and hold up no others")
    func blocked() async throws {
        let answer: @Sendable (TestHub.Request) -> TestHub.Answer? = { request in
            switch request.path {
            case "/api/v1/server/files/pulls/pending":
                (200, Array("[{\"download_id\":\"d1\",\"path\":\"~/out.txt\"},{\"download_id\":\"d2\",\"path\":\"~/out.txt\"}]".utf8))
            // Longer than any answer may be, which ends the request without one.
            case "/api/v1/server/files/pulls/d1/upload": (200, Array(repeating: 0x20, count: (8 << 20) + 1))
            default: nil
            }
        }
        try await TestHub.serve(answer: answer) { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.plain)
                try "out".write(toFile: home.path + "/out.txt", atomically: true, encoding: .utf8)
                try await home.run { _ in
                    #expect(await eventually { hub.requests.contains { $0.path == "/api/v1/server/files/pulls/d1/fail" } })
                    #expect(await eventually { hub.requests.contains { $0.path == "/api/v1/server/files/pulls/d2/upload" } })
                }
            }
        }
    }

    @Test(
        "names are free of paths and control characters",
        arguments: [
            ("../../etc/passwd", "passwd"), ("..", "file"), ("a\nb", "ab"), (".hidden", "hidden"), ("C:\\x\\y.txt", "y.txt"), ("", "file"),
            ("../..\u{301}/\u{301}a", "\u{301}a"), ("x/\u{301}..\u{301}/\u{302}b", "\u{302}b"),
        ])
    func names(_ name: String, _ clean: String) { #expect(FileName.clean(name) == clean) }
}

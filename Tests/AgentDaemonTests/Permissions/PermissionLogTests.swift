import Cryptography
import Foundation
import HTTPClient
import HubCore
import Logging
import Testing
import WireProtocol

@testable import AgentDaemon

/// What hooks wrote reaches the hub whole (agent protocol, section 3.10).
@Suite(.timeLimit(.minutes(3))) struct PermissionLogTests {
    private static func line(_ number: Int, padding: Int = 0) -> String {
        let input = String(repeating: "x", count: padding)
        return #"{"tool_name":"Bash","tool_input":{"command":"\#(input)"},"decision":"asked","reason":"\#(number)"}"# + "\n"
    }

    /// Sends until nothing is left, as the daemon does every five seconds.
    private func send(
        _ log: String, to home: DaemonHome, aside: String? = nil, answer: @escaping @Sendable (TestHub.Request) -> Int = { _ in 201 }
    ) async throws -> [[Int]] {
        try FileManager.default.createDirectory(atPath: home.state, withIntermediateDirectories: true)
        return try await TestHub.serve(answer: { (answer($0), Array("{}".utf8)) }) { hub in
            let transport = try CurlMultiLoop(CurlSettings(allowsPlainHTTP: true))
            let permissions = Permissions(
                api: HubAPI(transport: transport, hub: hub.url, key: Secret("k")), temporary: home.path, stateDirectory: home.state,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try log.write(toFile: permissions.logFile, atomically: true, encoding: .utf8)
            try aside?.write(toFile: permissions.logFile + ".taken", atomically: true, encoding: .utf8)
            for _ in 0..<20 { await permissions.sendLog() }
            await transport.shutdown()
            #expect(!FileManager.default.fileExists(atPath: permissions.unsentFile))
            return try hub.requests.map { request in
                #expect(request.path == "/api/v1/server/permissions/log" && request.body.count <= 1 << 20)
                let entries = try #require(try JSONValue(parsing: request.body)["entries"]?.array)
                return entries.compactMap { $0["reason"]?.string.flatMap { Int($0) } }
            }
        }
    }

    @Test("a long log goes in pieces of which the hub stores every entry, in order")
    func pieces() async throws {
        try await DaemonHome.lend { home in
            let reports = try await send((0..<2500).map { Self.line($0) }.joined(), to: home)
            #expect(reports.allSatisfy { $0.count <= PermissionEntry.maximumReport })
            #expect(reports.flatMap(\.self) == Array(0..<2500))
        }
    }

    @Test("a link that lies in the place of the log is not followed")
    func links() async throws {
        try await DaemonHome.lend { home in
            let other = home.path + "/other"
            try Self.line(9).write(toFile: other, atomically: true, encoding: .utf8)
            let name = home.path + "/" + AgentFiles.permissionLog
            try FileManager.default.createSymbolicLink(atPath: name + ".taken", withDestinationPath: other)
            #expect(try await send(Self.line(1), to: home).flatMap(\.self) == [1])
            #expect(try String(contentsOfFile: other, encoding: .utf8) == Self.line(9))
        }
    }

    @Test("long entries go in pieces that the hub reads")
    func bytes() async throws {
        try await DaemonHome.lend { home in
            let reports = try await send((0..<100).map { Self.line($0, padding: 50_000) }.joined(), to: home)
            #expect(reports.flatMap(\.self) == Array(0..<100))
        }
    }

    @Test("a piece that the hub fails to take is sent again, and what it took before is not")
    func failure() async throws {
        let count = Locked(0)
        try await DaemonHome.lend { home in
            let reports = try await send((0..<1500).map { Self.line($0) }.joined(), to: home) { _ in
                count.withLock { count in
                    count += 1
                    return count == 2 ? 500 : 201
                }
            }
            #expect(reports.count > 2 && reports[1] == reports[2])
            #expect((reports.prefix(1) + reports.dropFirst(2)).flatMap(\.self) == Array(0..<1500))
        }
    }

    @Test("what a daemon had moved aside when it was killed is not lost")
    func aside() async throws {
        try await DaemonHome.lend { home in
            let reports = try await send(Self.line(2), to: home, aside: Self.line(1))
            #expect(reports.flatMap(\.self) == [1, 2])
        }
    }
}

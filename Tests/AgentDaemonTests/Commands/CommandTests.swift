import Foundation
import Testing

@testable import AgentDaemon

@Suite("A plain program", .timeLimit(.minutes(1)))
struct CommandTests {
    @Test("that is given up ends with all that it started")
    func group() async throws {
        try await DaemonHome.lend { home in
            let marks = ["child", "grandchild"].map { home.path + "/" + $0 }
            let script =
                "sh -c 'echo $$ > \(marks[1]).new; mv \(marks[1]).new \(marks[1]); exec sleep 300' & "
                + "echo $$ > \(marks[0]).new; mv \(marks[0]).new \(marks[0]); wait"
            var command = Command(["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"])
            command.limit = .seconds(300)
            let running = Task { [command] in try await command.run() }
            #expect(await eventually { marks.allSatisfy { FileManager.default.fileExists(atPath: $0) } })
            let pids = try marks.map { mark in
                try #require(Int32(String(contentsOfFile: mark, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
            }
            running.cancel()
            _ = try? await running.value
            #expect(await eventually { !pids.contains(where: isAlive) })
            for pid in pids where isAlive(pid) { kill(pid, SIGKILL) }
        }
    }
}

import Foundation
import HubCore
import Logging
import Testing
import WireProtocol

@testable import AgentDaemon

@Suite("What is kept on disk", .timeLimit(.minutes(1)))
struct DiskTests {
    private actor Writer {
        private var count = 0

        func write() async throws {
            count += 1
            let number = count
            let log = self.log
            try await Disk.perform { log.withLock { $0.append(number) } }
        }

        let log = Locked([Int]())
    }

    @Test("is written in the order in which an actor wrote it, whatever else runs")
    func order() async throws {
        let writer = Writer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 { group.addTask { try await writer.write() } }
            try await group.waitForAll()
        }
        #expect(writer.log.withLock { $0 } == Array(1...1000))
    }

    @Test("of reports is at the end the last state, although many come at once")
    func reports() async throws {
        try await DaemonHome.lend { home in
            let path = home.path + "/reports.json"
            let log = Logger(label: "test")
            let spool = await ReportSpool(path: path, outgoing: Outgoing(), log: log)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<100 { group.addTask { await spool.add(.sessionClosed(session: "s\(number)", exitCode: 0)) } }
            }
            let next = await ReportSpool(path: path, outgoing: Outgoing(), log: log)
            #expect(await next.pending.count == 100)
        }
    }
}

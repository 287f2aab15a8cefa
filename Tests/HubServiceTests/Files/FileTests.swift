import Cryptography
import HubCore
import HubStore
import HubTesting
import Testing

@testable import HubService

@Suite struct FileTests {
    private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    private func waiting(_ hub: Hub, _ server: Server, _ state: HubFile.State = .offered) async throws -> [HubFile] {
        try await hub.ask(WaitingFiles(for: server, state), as: server.agent)
    }

    @Test("a file for a task goes to the task's server, survives a restart, and leaves the list once it is there")
    func delivery() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac-1")
        let task = try await test.create()
        let content = bytes(600_000)
        let file = try await test.hub.sendFile(named: "../notes.md", content, to: .task(task.reference), as: test.admin)
        #expect(file.name == "notes.md")
        #expect(file.sha256 == Hex.encode(SHA256.digest(of: content)))

        let again = try await test.reopened()
        #expect(try await waiting(again.hub, server).map(\.id) == [file.id])
        let stored = try #require(try await again.hub.offeredFile(file.id, for: server.id))
        var received: [UInt8] = []
        var number = 0
        while let piece = try await again.hub.piece(number, of: stored) {
            received += piece
            number += 1
        }
        #expect(received == content)

        let done = try await again.hub.run(AcknowledgeFile(file.id, on: server.id, .stored(path: "/tmp/notes.md")), as: .hub)
        #expect(done.state == .delivered)
        #expect(try await waiting(again.hub, server).isEmpty)
        #expect(try await again.hub.offeredFile(file.id, for: server.id) == nil)
        let events = try await again.eventCount()
        _ = try await again.hub.run(AcknowledgeFile(file.id, on: server.id, .failed("late")), as: .hub)
        #expect(try await again.eventCount() == events)
        #expect(try await again.story(of: task).suffix(2) == [.fileOffered, .fileDelivered])
    }

    @Test("another server neither sees a file nor may say anything about it")
    func otherServer() async throws {
        let test = try await TestHub()
        let (mine, other) = (try await test.server("mine"), try await test.server("other"))
        let file = try await test.hub.sendFile(named: "x", [1], to: .server("mine", in: test.project.id), as: test.admin)
        #expect(try await waiting(test.hub, other).isEmpty)
        #expect(try await test.hub.offeredFile(file.id, for: other.id) == nil)
        await refused(.notFound) { try await test.hub.run(AcknowledgeFile(file.id, on: other.id, .stored(path: nil)), as: .hub) }
        #expect(try await waiting(test.hub, mine).count == 1)
    }

    @Test("a file that could not be stored is not offered again, and says why without secrets")
    func failure() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac-1")
        let file = try await test.hub.sendFile(named: "x", [], to: .server("mac-1", in: test.project.id), as: test.admin)
        let failed = try await test.hub.run(
            AcknowledgeFile(file.id, on: server.id, .failed("write failed: password=hunter2hunter2")), as: .hub)
        #expect(failed.state == .failed)
        #expect(failed.failure == "write failed: password=***")
        #expect(try await waiting(test.hub, server).isEmpty)
    }

    @Test("files of one name and other bytes get numbers, as an agent overwrites")
    func names() async throws {
        let test = try await TestHub()
        try await test.server("mac-1")
        let target = FileTarget.server("mac-1", in: test.project.id)
        func send(_ bytes: [UInt8]) async throws -> String {
            try await test.hub.sendFile(named: "photo.jpg", bytes, to: target, as: test.admin).name
        }
        #expect(try await send([1]) == "photo.jpg")
        #expect(try await send([2]) == "photo-2.jpg")
        #expect(try await send([1]) == "photo.jpg")
        #expect(try await send([3]) == "photo-3.jpg")
    }

    @Test("a repeated request sends one file")
    func once() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac-1")
        let key = HandledTable.Key(caller: "person/x", key: "1")
        let target = FileTarget.server("mac-1", in: test.project.id)
        let first = try await test.hub.sendFile(named: "x", [1], to: target, as: test.admin, once: key)
        let second = try await test.hub.sendFile(named: "x", [1], to: target, as: test.admin, once: key)
        #expect(first.id == second.id)
        #expect(try await waiting(test.hub, server).count == 1)
    }

    @Test("refuses what is too large, and a task that is on no server, and keeps no bytes of theirs")
    func refusals() async throws {
        let test = try await TestHub()
        let task = try await test.create()
        await refused(.conflict) { try await test.hub.sendFile(named: "x", [1], to: .task(task.reference), as: test.admin) }
        await refused(.conflict) { try await test.hub.run(RequestFile(from: .task(task.reference), path: "/x"), as: test.admin) }
        try await test.server("mac-1")
        let large = [UInt8](repeating: 0, count: HubFile.maximumSentSize + 1)
        let target = FileTarget.server("mac-1", in: test.project.id)
        await refused(.invalid) { try await test.hub.sendFile(named: "x", large, to: target, as: test.admin) }
        await refused(.invalid) { try await test.hub.run(RequestFile(from: target, path: "a\nb"), as: test.admin) }
        let orphans = try await test.database.read { try FileContentTable($0).orphans(olderThan: test.clock.now() + .seconds(1), limit: 9) }
        #expect(orphans.isEmpty)
    }

    @Test("a file that is asked for is handed in once, and can be read by members")
    func fetching() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac-1")
        let file = try await test.hub.run(
            RequestFile(from: .server("MAC-1", in: test.project.id), path: " ~/web/README.md "), as: test.admin)
        #expect(file.path == "~/web/README.md")
        await refused(.conflict) { _ = try await test.hub.bytes(of: file.id, as: test.admin) }
        let content = bytes(300_000)
        let stored = try await test.hub.store(content, limit: HubFile.maximumFetchedSize)
        let received = try await test.hub.run(ReceiveFile(file.id, from: server.id, named: "README.md", content: stored), as: .hub)
        #expect(received.state == .received)
        #expect(try await waiting(test.hub, server, .requested).isEmpty)
        #expect(try await test.hub.bytes(of: file.id, as: test.admin).bytes == content)
        let viewer = try await test.person("Vera", .viewer)
        await refused(.forbidden) { _ = try await test.hub.bytes(of: file.id, as: viewer) }
        let again = try await test.hub.run(FailFileRequest(file.id, on: server.id, because: "late"), as: .hub)
        #expect(again.state == .received)
    }

    @Test("what waits too long fails, and bytes are dropped a week after use")
    func tidying() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac-1")
        let target = FileTarget.server("mac-1", in: test.project.id)
        let delivered = try await test.hub.sendFile(named: "a", [1], to: target, as: test.admin)
        try await test.hub.run(AcknowledgeFile(delivered.id, on: server.id, .stored(path: nil)), as: .hub)
        let waits = try await test.hub.run(RequestFile(from: target, path: "/x"), as: test.admin)
        let orphan = try await test.hub.store([1, 2])
        func isKept(_ id: FileContent.ID) async throws -> Bool {
            try await test.database.read { try FileContentTable($0).measure(of: id) != nil }
        }
        let content = try #require(delivered.content)
        try await test.hub.run(TidyFiles(), as: .hub)
        #expect(try await isKept(content))
        #expect(try await isKept(orphan))

        test.clock.advance(by: .seconds(3601))
        try await test.hub.run(TidyFiles(), as: .hub)
        #expect(try await isKept(content))
        #expect(try await isKept(orphan) == false)

        test.clock.advance(by: HubFile.keepingTime)
        try await test.hub.run(TidyFiles(), as: .hub)
        #expect(try await isKept(content) == false)
        #expect(try await test.hub.ask(GetFile(waits.id), as: test.admin).file.state == .failed)
        await refused(.conflict) { _ = try await test.hub.bytes(of: delivered.id, as: test.admin) }
    }
}

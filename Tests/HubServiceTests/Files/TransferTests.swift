import HubCore
import HubTesting
import Testing

@testable import HubService

@Suite struct TransferTests {
    private let digest = String(repeating: "ab", count: 32)

    private func transfer(
        _ source: Server, to target: String = "other", filename: String = "x.bin", path: String = "/x.bin", size: Int = 5,
        sha256: String? = nil
    ) -> StartTransfer {
        StartTransfer(from: source, to: target, filename: filename, path: path, size: size, sha256: sha256 ?? digest)
    }

    @Test("refuses what could leave the receiver's folder, and wrong sizes and checksums")
    func refusals() async throws {
        let test = try await TestHub()
        let source = try await test.server("source")
        try await test.server("other")
        for wrong in [
            transfer(source, filename: "../x"), transfer(source, filename: ""), transfer(source, filename: "a/b"),
            transfer(source, size: -1), transfer(source, size: .max), transfer(source, sha256: "x"), transfer(source, path: ""),
        ] {
            await refused(.invalid) { try await test.hub.run(wrong, as: source.agent) }
        }
        await refused(.notFound) { try await test.hub.run(transfer(source, to: "nobody"), as: source.agent) }
    }

    @Test("finds no server of another project")
    func otherProject() async throws {
        let test = try await TestHub()
        let elsewhere = try await test.hub.run(CreateProject("elsewhere"), as: test.admin)
        let source = try await test.server("source")
        try await test.server("other", in: elsewhere)
        await refused(.notFound) { try await test.hub.run(transfer(source), as: source.agent) }
    }

    @Test("is found by the beginning of its id, ends once, and is given up by a restart")
    func life() async throws {
        let test = try await TestHub()
        let source = try await test.server("source")
        try await test.server("other")
        let started = try await test.hub.run(transfer(source), as: source.agent)
        let short = started.id.text.prefix(12) + "..."
        #expect(try await test.hub.ask(GetTransfer(String(short), in: test.project.id), as: source.agent).id == started.id)
        try await test.hub.run(UpdateTransfer(started.id, .transferring, chunksRelayed: 1), as: .hub)
        try await test.hub.run(AbandonTransfers(before: started.createdAt), as: .hub)
        #expect(try await test.hub.ask(GetTransfer(started.id.text, in: test.project.id), as: source.agent).state == .transferring)
        try await test.hub.run(AbandonTransfers(before: started.createdAt + .milliseconds(1)), as: .hub)
        let over = try await test.hub.ask(GetTransfer(started.id.text, in: test.project.id), as: source.agent)
        #expect(over.state == .failed)
        #expect(over.failure?.contains("restarted") == true)
        let late = try await test.hub.run(UpdateTransfer(started.id, .completed, chunksRelayed: 1), as: .hub)
        #expect(late.state == .failed)
        #expect(try await test.events().suffix(2).map(\.fact.kind) == [.transferStarted, .transferFailed])
    }

    @Test("one server has four under way at most")
    func limit() async throws {
        let test = try await TestHub()
        let source = try await test.server("source")
        try await test.server("other")
        for _ in 1...StartTransfer.maximumOpen { try await test.hub.run(transfer(source), as: source.agent) }
        await refused(.conflict) { try await test.hub.run(transfer(source), as: source.agent) }
    }
}

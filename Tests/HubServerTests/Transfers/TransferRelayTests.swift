import HubCore
import HubService
import Testing
import WireProtocol

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct TransferRelayTests {
    private func chunk(_ id: String, _ index: Int64, _ bytes: [UInt8], of total: Int64) -> FileChunk {
        FileChunk(transfer: id, index: index, bytes: bytes, total: total)
    }

    @Test("a file goes from one server to the other in order, unchanged, and ends when it was checked")
    func whole() async throws {
        try await TransferBench.with { bench in
            let size = 65_536 * 20 + 7
            let transfer = try await bench.start(size)
            let id = transfer.id.text
            let offer = FileOffer(transfer: id, filename: "x.bin", size: Int64(size), sha256: transfer.sha256, senderSession: "boss")
            #expect(await bench.hears(bench.target) == .fileOffer(offer))
            await bench.say(.fileAccept(transfer: id), by: bench.target)
            #expect(await bench.hears(bench.source) == .fileSendStart(transfer: id, path: "/src/x.bin"))
            for index in 0..<21 {
                let bytes = [UInt8](repeating: UInt8(index), count: index == 20 ? 7 : 65_536)
                await bench.say(.fileChunk(chunk(id, Int64(index), bytes, of: 21)), by: bench.source)
            }
            let complete = FileComplete(transfer: id, total: 21, sha256: transfer.sha256)
            await bench.say(.fileComplete(complete), by: bench.source)
            for index in 0..<21 {
                let bytes = [UInt8](repeating: UInt8(index), count: index == 20 ? 7 : 65_536)
                #expect(await bench.hears(bench.target) == .fileChunk(chunk(id, Int64(index), bytes, of: 21)))
            }
            #expect(await bench.hears(bench.target) == .fileComplete(complete))
            await bench.say(.fileAck(transfer: id, isVerified: true), by: bench.target)
            let over = try await bench.over(id)
            #expect(over.state == .completed)
            #expect(over.chunksRelayed == 21 && over.totalChunks == 21)
        }
    }

    @Test("an empty file has no chunk")
    func empty() async throws {
        try await TransferBench.with { bench in
            let id = try await bench.accepted(0)
            await bench.say(.fileComplete(FileComplete(transfer: id, total: 0, sha256: "")), by: bench.source)
            _ = await bench.hears(bench.target)
            await bench.say(.fileAck(transfer: id, isVerified: true), by: bench.target)
            #expect(try await bench.over(id).state == .completed)
        }
    }

    @Test("what breaks the rules ends the transfer, and both are told", arguments: ["order", "size", "early end", "checksum"])
    func broken(_ fault: String) async throws {
        try await TransferBench.with { bench in
            let id = try await bench.accepted(10)
            switch fault {
            case "order": await bench.say(.fileChunk(chunk(id, 1, [1], of: 2)), by: bench.source)
            case "size": await bench.say(.fileChunk(chunk(id, 0, [UInt8](repeating: 0, count: 11), of: 1)), by: bench.source)
            case "early end": await bench.say(.fileComplete(FileComplete(transfer: id, total: 0, sha256: "")), by: bench.source)
            default:
                await bench.say(.fileChunk(chunk(id, 0, [UInt8](repeating: 0, count: 10), of: 1)), by: bench.source)
                _ = await bench.hears(bench.target)
                await bench.say(.fileComplete(FileComplete(transfer: id, total: 1, sha256: "")), by: bench.source)
                _ = await bench.hears(bench.target)
                await bench.say(.fileAck(transfer: id, isVerified: false), by: bench.target)
            }
            for server in [bench.target, bench.source] {
                guard case .fileError(id, _) = await bench.hears(server) else {
                    Issue.record("\(server.name) was told something else")
                    continue
                }
            }
            let over = try await bench.over(id)
            #expect(over.state == .failed)
            #expect(over.failure != nil)
        }
    }

    @Test("a receiver may refuse, and nobody else may speak for the two")
    func refusal() async throws {
        try await TransferBench.with { bench in
            let id = try await bench.start(10).id.text
            _ = await bench.hears(bench.target)
            // The sender cannot accept in the receiver's name.
            await bench.say(.fileAccept(transfer: id), by: bench.source)
            await bench.say(.fileError(transfer: id, error: "no room"), by: bench.target)
            #expect(await bench.hears(bench.source) == .fileError(transfer: id, error: "no room"))
            let over = try await bench.over(id)
            #expect(over.state == .rejected)
            #expect(over.failure == "no room")
        }
    }

    @Test("ends when a side is not there, goes away, or says nothing")
    func lost() async throws {
        try await TransferBench.with(limits: TransferLimits(patience: .seconds(2))) { bench in
            let silent = try await bench.start(10).id.text
            let over = try await bench.over(silent)
            #expect(over.state == .failed)
            #expect(over.failure?.contains("asked to accept") == true)
        }
        try await TransferBench.with { bench in
            let id = try await bench.accepted(10)
            bench.relay.disconnected(bench.source.id)
            #expect(try await bench.over(id).failure == "the sender lost its connection")
            bench.connections.disconnect(bench.target.id)
            #expect(try await bench.over(try await bench.start(1).id.text).failure == "the receiver is not connected")
        }
    }

    @Test("a slow receiver holds the sender's socket, not the hub's memory")
    func backPressure() async throws {
        let limit = 4 * 65_536
        try await TransferBench.with(limits: TransferLimits(queue: limit)) { bench in
            let count = 40
            let id = try await bench.accepted(count * 65_536)
            bench.connections.block()
            let taken = Locked(0)
            let piece = [UInt8](repeating: 1, count: 65_536)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for index in 0..<count {
                        await bench.say(
                            .fileChunk(FileChunk(transfer: id, index: Int64(index), bytes: piece, total: Int64(count))), by: bench.source)
                        taken.withLock { $0 += 1 }
                    }
                }
                // Long enough for all chunks, were they not held.
                try await Task.sleep(for: .milliseconds(300))  // nothing must happen, and that has no event
                #expect(taken.withLock { $0 } < 8)
                bench.connections.unblock()
                for index in 0..<count {
                    guard case .fileChunk(let chunk) = await bench.hears(bench.target) else { break }
                    #expect(chunk.index == Int64(index))
                }
                try await group.waitForAll()
            }
            #expect(taken.withLock { $0 } == count)
        }
    }

    @Test("the command line asks for a transfer and follows it by the beginning of its id")
    func endpoints() async throws {
        let connections = RecordingConnections()
        try await TestHub.serve(configure: { ($1.agents, $1.relay) = (connections, nil) }) { hub in
            let agent = try await hub.agent("mac-1")
            _ = try await hub.agent("mac-2")
            connections.connect(try await hub.server("mac-1").id)
            connections.connect(try await hub.server("mac-2").id)
            func order(_ filename: String, to target: String = "mac-2") -> JSONValue {
                [
                    "target_session": .string(target), "project_id": .string(hub.project.text), "filename": .string(filename),
                    "file_path": "/src/x", "file_size": 3, "sha256": .string(String(repeating: "a", count: 64)),
                ]
            }
            let path = "/api/v1/server/remote/file-transfer"
            #expect(try await agent.post(path, order("../x")).status == 422)
            #expect(try await agent.post(path, order("x", to: "nobody")).status == 404)
            let started = try await agent.post(path, order("x"))
            #expect(started.status == 201)
            let id = try #require(started["transfer_id"].string)
            guard case .fileOffer(let offer) = await connections.next().1 else { throw RecordingConnections.Gone() }
            #expect(offer.transfer == id && offer.filename == "x" && offer.senderSession == "mac-1")
            let status = try await agent.get("\(path)/\(id.prefix(12))...")
            #expect(status["status"] == "pending" && status["chunks_relayed"] == 0 && status["total_chunks"] == 1)
            #expect(status["file_size"] == 3)
            #expect(try await agent.get("\(path)/00000000").status == 404)
        }
    }
}

import Cryptography
import Foundation
import HubCore
import Logging
import Testing
import WireProtocol

@testable import AgentDaemon

@Suite("A file from another server", .timeLimit(.minutes(1)))
struct FileTransferTests {
    @Test("is taken under a free name if it is whole and has its digest, and leaves nothing otherwise")
    func arrival() async throws {
        try await DaemonHome.lend { home in
            let outgoing = Outgoing()
            outgoing.open {}
            let transfers = FileTransfers(
                directory: home.path + "/transfers", withheld: [], outgoing: outgoing, log: Logger(label: "test"))
            let pieces = [Array("hel".utf8), Array("lo".utf8)]
            let digest = Hex.encode(SHA256.digest(of: "hello"))
            let cases = [
                ("t1", digest, 2, true), ("t2", digest, 2, true), ("t3", Hex.encode(SHA256.digest(of: "x")), 2, false),
                ("t4", digest, 3, false),
            ]
            for (id, sha256, total, isVerified) in cases {
                await transfers.offered(FileOffer(transfer: id, filename: "a.txt", size: 5, sha256: sha256, senderSession: ""))
                #expect(await Self.next(outgoing) == .fileAccept(transfer: id))
                for (index, piece) in pieces.enumerated() {
                    await transfers.received(FileChunk(transfer: id, index: Int64(index), bytes: piece, total: 2))
                }
                await transfers.completed(FileComplete(transfer: id, total: Int64(total), sha256: sha256))
                #expect(await Self.next(outgoing) == .fileAck(transfer: id, isVerified: isVerified))
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: home.path + "/transfers").sorted()
            #expect(names == ["a.txt", "a_1.txt"])
            for name in names {
                #expect(FileManager.default.contents(atPath: home.path + "/transfers/" + name) == Data("hello".utf8))
            }
        }
    }

    private static func next(_ outgoing: Outgoing) async -> DaemonMessage? {
        if case .frame(let frame) = await outgoing.next() { frame.message } else { nil }
    }
}

import Foundation
import HubCore
import TelegramSimulator
import Testing

/// Files between real machines, and between them and the chat.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FileTests {
    @Test func `a session sends a file to a session on another machine`() async throws {
        try await Site.with { site in
            let (left, right) = (try await site.machine("left"), try await site.machine("right"))
            let session = try await site.open("sender", on: left)
            _ = try await site.open("receiver", on: right)
            let bytes = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            try bytes.write(to: URL(fileURLWithPath: left.home + "/web/big.bin"))
            try await site.type("orchestratia file send web/big.bin --to receiver; echo exit-$?", into: session)
            let shown = try await site.screen(of: session, shows: "exit-0")
            #expect(shown.contains("Sent big.bin, 300000 bytes, to receiver."), "\(shown)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: right.home + "/.orchestratia/transfers/big.bin")) == bytes)
            try await site.event("transfer.completed")
            try await site.type("clear; orchestratia file send web/big.bin --to nobody; echo end-$?", into: session)
            let refused = try await site.screen(of: session, shows: "end-1")
            #expect(refused.contains("404"), "\(refused)")
        }
    }

    @Test func `a document in reply to a card lands on the task's machine, and a file of it comes with get`() async throws {
        try await Site.with(profiles: ["goose": "{name: goose, summary: a goose, command: [goose]}"]) { site in
            let machine = try await site.machine("mac-1", agents: ["goose": "while :; do sleep 1; done"])
            let card = try await site.reply(after: try await site.say("/new Mend the door agent:goose")) { $0.text.contains("#1") }
            try await site.event("task.assigned")
            let sent = Array("use little oil\n".utf8)
            try await site.simulator.sendDocument(named: "manual.txt", sent, from: site.ada, to: site.chat, replyTo: card)
            try await site.event("file.delivered")
            let path = machine.home + "/.orchestratia/uploads/manual.txt"
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(sent))
            try Data("the door is oiled".utf8).write(to: URL(fileURLWithPath: machine.home + "/web/report.txt"))
            let asked = try await site.say("/get #1 \(machine.home)/web/report.txt")
            let answer = try await site.reply(after: asked) { $0.attachment != nil }
            let attachment = try #require(answer.attachment)
            #expect(await site.simulator.file(attachment)?.bytes == Array("the door is oiled".utf8))
            // Its own key stays where it is.
            let secret = try await site.say("/get #1 \(machine.home)/agent.yaml")
            _ = try await site.reply(after: secret) { $0.attachment == nil && $0.text.contains("agent.yaml") }
            try await site.event("file.failed")
        }
    }
}

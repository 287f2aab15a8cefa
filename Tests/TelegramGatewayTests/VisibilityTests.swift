import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@testable import TelegramGateway

@Suite("What private chats may see", .timeLimit(.minutes(2))) struct VisibilityTests {
    @Test("the card and the end of a task reach no one who was removed from its project, not even who created it")
    func removed() async throws {
        try await Station.with(handler: try ScriptedHandler.real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let mia = try await station.person("Mia", role: .member)
            try await station.simulator.send("/tasks", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot }
            try await station.simulator.send("/new Mend the door", from: mia, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(mia)) { $0.isFromBot && $0.text.contains("Mend the door") }
            let server = try await station.server("mac-2")
            let task = AgentReport(.number(1, in: try await station.project().id), attempt: 1)
            try await station.hub.run(StartTask(task), as: .agent(server, over: .rest))
            _ = try await station.simulator.waitForMessage(in: station.chat(mia)) { $0.isFromBot && $0.text.contains("running since") }
            let person = try #require(try await station.hub.person(identity: "telegram", String(mia.id)))
            try await station.hub.run(RemoveMember(person.id, from: station.project().id), as: .hub)
            try await station.hub.run(FailTask(task, error: "out of paper"), as: .agent(server, over: .rest))
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot && $0.text.contains("out of paper") }
            try await station.eventually("all is sent") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE finished_at IS NULL") == 0
            }
            let texts = await station.texts(station.chat(mia))
            #expect(texts.count == 1 && texts.first?.contains("paper") == false, "\(texts)")
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE chat = \(mia.id) AND name <> 'menu'") == 0)
        }
    }

    @Test("what limits and notices were last shown is forgotten after 90 days, cards are not")
    func cleaning() async throws {
        try await Station.with { station in
            let now = station.hub.clock.now()
            let old = now - .seconds(91 * 86_400)
            let names = try await station.database.write { connection in
                let slots = SlotTable(connection: connection)
                for (name, time) in [
                    ("countdown/1", old), ("notice/cap/1", old), ("card/1", old), ("pipeline/1", old), ("countdown/2", now),
                    ("notice/cap/2", now),
                ] {
                    try slots.show("", in: name, .init(bot: 1, chat: 2, topic: nil), at: time)
                }
                try slots.clean(at: now)
                return try connection.rows("SELECT name FROM telegram_slot ORDER BY name").map { row in
                    var reader = RowReader(row)
                    return try reader.text()
                }
            }
            #expect(names == ["card/1", "countdown/2", "notice/cap/2", "pipeline/1"])
        }
    }
}

import ChatOps
import HubCore
import HubService
import TelegramSimulator
import Testing

@Suite("Templates", .timeLimit(.minutes(3))) struct TemplateTests {
    @Test("a pipeline is saved in reply to the message that its button made")
    func save() async throws {
        try await Station.with(handler: try .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            try await station.simulator.send("/pipeline\nname: build\ntasks: [{id: a, title: Build it}]", from: ana, to: station.bot)
            let dry = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("Nothing is created yet.") }
            try await station.simulator.press("Create 1 task", on: dry, by: ana)
            let card = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("P1 build") }
            #expect(card.id == dry.id)
            try await station.simulator.send("/pipeline save nightly", from: ana, to: station.bot, replyTo: card)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("P1 is saved as /nightly") }
            try await station.simulator.send("/nightly", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("P2 build") }
        }
    }

    @Test("a form asks in a group, is answered by a reply, and two taps make one task")
    func form() async throws {
        try await Station.with(handler: try .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.simulator.send("/project default", from: ana, to: group)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("works in default") }
            try await station.simulator.send("/review", from: ana, to: group)
            let question = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("Which repository?") }
            try await station.simulator.send("shop", from: ana, to: group, replyTo: question)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("Review shop: everything") }
            #expect(try await station.number("SELECT COUNT(*) FROM agent_task") == 1)
        }
    }

    @Test("menus are shown anew when the commands have changed")
    func menus() async throws {
        try await Station.with { station in
            try await station.eventually("the menus") { await station.simulator.calls(of: "setMyCommands").count == 2 }
            station.gateway.menusChanged()
            try await station.eventually("the menus once more") { await station.simulator.calls(of: "setMyCommands").count == 4 }
        }
    }
}

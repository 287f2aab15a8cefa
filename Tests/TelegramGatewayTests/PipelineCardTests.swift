import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("The card of a pipeline", .timeLimit(.minutes(3))) struct PipelineCardTests {
    private static let document = """
        name: release
        tasks:
          - {id: build, title: Build}
          - {id: test, title: Test, depends_on: [build]}
          - {id: ship, title: Ship, depends_on: [test]}
        """

    private static var patience: Duration { .seconds(60) }

    private func upload(_ station: Station, by person: World.Person) async throws -> World.Message {
        let chat = station.chat(person)
        let sent = try await station.simulator.sendDocument(
            named: "release.yaml", Array(Self.document.utf8), caption: "/pipeline", from: person, to: chat)
        let check = try await station.simulator.waitForMessage(in: chat, after: sent, timeout: Self.patience) {
            $0.buttons.contains("Create 3 tasks")
        }
        try await station.simulator.press("Create 3 tasks", on: check, by: person)
        return check
    }

    private func becomes(
        _ message: World.Message, _ station: Station, _ fits: @escaping @Sendable (World.Message) -> Bool
    ) async throws -> World.Message {
        let id = message.id
        return try await station.simulator.waitForMessage(in: message.chat, timeout: Self.patience) { $0.id == id && fits($0) }
    }

    private func report<Case: UseCase>(
        _ number: Int, on server: Server, _ station: Station, _ make: (AgentReport) -> Case
    ) async throws {
        let view = try await station.hub.ask(GetTask(.number(number, in: try await station.project().id)), as: .hub).view
        try await station.hub.run(make(AgentReport(.id(view.task.id), attempt: view.task.attempt)), as: .agent(server, over: .rest))
    }

    private func finish(_ number: Int, on server: Server, _ station: Station) async throws {
        try await report(number, on: server, station) { StartTask($0) }
        try await report(number, on: server, station) { CompleteTask($0, result: "x") }
    }

    @Test("is the answer to Create, and shows what runs, what waits, what failed, how long it may take, and the end")
    func life() async throws {
        try await Station.with(handler: try ScriptedHandler.real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let server = try await station.server("mac-2")
            let check = try await upload(station, by: ana)
            var card = try await becomes(check, station) { $0.text.contains("P1 release · default") }
            #expect(card.text.contains("░░░░░░░░░░ 0 of 3 done\n🏃 1 running · ⏳ 2 waiting"))
            // Nothing was done yet by which to judge.
            #expect(!card.text.contains("to go") && card.buttons == ["Graph"])

            try await finish(1, on: server, station)
            card = try await becomes(check, station) { $0.text.contains("1 of 3 done") }
            #expect(card.text.contains("▓▓▓░░░░░░░ 1 of 3 done\n🏃 1 running · ⏳ 1 waiting\nAbout "))

            // It took ten minutes: two rounds more.
            _ = try await station.database.write { connection in
                try connection.execute("UPDATE agent_task SET started_at = completed_at - 600000 WHERE number = 1")
            }
            try await report(2, on: server, station) { StartTask($0) }
            try await report(2, on: server, station) { FailTask($0, error: "x") }
            card = try await becomes(check, station) { $0.text.contains("❌ 1 failed") }
            #expect(card.text.contains("1 of 3 done\n⏳ 1 waiting · ❌ 1 failed") && card.text.hasPrefix("🏗"))
            // Nobody works on anything: there is no telling when that changes.
            #expect(!card.text.contains("to go"))
            try await station.hub.run(RetryTask(.number(2, in: try await station.project().id)), as: .hub)
            card = try await becomes(check, station) { $0.text.contains("🏃 1 running · ⏳ 1 waiting\nAbout 20 min to go, judged by") }

            try await finish(2, on: server, station)
            try await finish(3, on: server, station)
            card = try await becomes(check, station) { $0.text.hasPrefix("🏁 P1 release") && $0.text.contains("3 of 3 done") }
            #expect(card.text.contains("▓▓▓▓▓▓▓▓▓▓ 3 of 3 done\nNothing is left to do.\nFinished ") && !card.text.contains("to go"))
            let chat = station.chat(ana)
            _ = try await station.simulator.waitForMessage(in: chat, timeout: Self.patience) {
                $0.text.contains("Finished: all 3 tasks are done, in ")
            }
            let texts = await station.texts(chat)
            #expect(texts.count { $0.contains("P1 release") && $0.contains("done\n") } == 1, "there is one card")
            #expect(texts.count { $0.contains("Finished: all 3") } == 1)
        }
    }

    @Test("comes to the chats of the project where the pipeline was made elsewhere, and rings where something failed")
    func elsewhere() async throws {
        try await Station.with(handler: try ScriptedHandler.real()) { station in
            let ana = try await station.person("Ana", role: .owner)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.simulator.send("/project default", from: ana, to: group)
            _ = try await station.simulator.waitForMessage(in: group, timeout: Self.patience) {
                $0.isFromBot && $0.text.contains("works in default")
            }
            let server = try await station.server("mac-2")
            let entry = Pipeline.Entry(id: "a", content: AgentTask.Content(title: "Alone"))
            let project = try await station.project().id
            try await station.hub.run(CreatePipeline(project: project, pipeline: Pipeline(name: "nightly", entries: [entry])), as: .hub)
            let card = try await station.simulator.waitForMessage(in: group, timeout: Self.patience) { $0.text.contains("P1 nightly") }
            #expect(card.isSilent)
            try await report(1, on: server, station) { StartTask($0) }
            try await report(1, on: server, station) { FailTask($0, error: "x") }
            let end = try await station.simulator.waitForMessage(in: group, timeout: Self.patience) {
                $0.text.contains("Finished: 0 of 1 tasks are done, 1 failed, 0 cancelled, in ")
            }
            #expect(!end.isSilent && end.text.hasPrefix("⚠️ P1 nightly"))
            _ = try await becomes(card, station) { $0.text.hasPrefix("⚠️ P1 nightly") && $0.text.contains("Finished ") }
            #expect(await station.texts(station.chat(ana)).isEmpty)
        }
    }

    @Test("is not shown any more to somebody who was removed from the project")
    func removed() async throws {
        try await Station.with(handler: try ScriptedHandler.real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let vic = try await station.person("Vic", role: .viewer)
            let server = try await station.server("mac-2")
            let check = try await upload(station, by: ana)
            _ = try await becomes(check, station) { $0.text.contains("0 of 3 done") }
            try await station.simulator.send("/pipeline P1", from: vic, to: station.bot)
            let seen = try await station.simulator.waitForMessage(in: station.chat(vic), timeout: Self.patience) {
                $0.text.contains("0 of 3 done")
            }
            try await finish(1, on: server, station)
            _ = try await becomes(seen, station) { $0.text.contains("1 of 3 done") }
            _ = try await station.database.write { try $0.execute("DELETE FROM membership") }
            try await finish(2, on: server, station)
            try await finish(3, on: server, station)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana), timeout: Self.patience) {
                $0.text.contains("Finished: all 3 tasks are done, in ")
            }
            try await station.eventually("all is sent") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE finished_at IS NULL") == 0
            }
            let texts = await station.texts(station.chat(vic))
            #expect(texts.count == 1 && texts.first?.contains("1 of 3 done") == true, "\(texts)")
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE chat = \(vic.id) AND name <> 'menu'") == 0)
        }
    }

    @Test("moves to the end of the chat when somebody asks for it, and is kept current there alone")
    func asked() async throws {
        try await Station.with(handler: try ScriptedHandler.real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let server = try await station.server("mac-2")
            let old = try await upload(station, by: ana)
            _ = try await becomes(old, station) { $0.text.contains("0 of 3 done") }
            let asked = try await station.simulator.send("/pipeline P1", from: ana, to: station.bot)
            let new = try await station.simulator.waitForMessage(in: station.chat(ana), after: asked, timeout: Self.patience) {
                $0.text.contains("0 of 3 done")
            }
            _ = try await becomes(old, station) { $0.buttons.isEmpty }
            try await finish(1, on: server, station)
            _ = try await becomes(new, station) { $0.text.contains("1 of 3 done") && $0.buttons == ["Graph"] }
            #expect(await station.simulator.message(old.id, in: station.chat(ana))?.text.contains("0 of 3 done") == true)
        }
    }
}

import ChatOps
import Foundation
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("Quiet hours", .timeLimit(.minutes(3))) struct QuietHoursTests {
    /// A hub with the real commands, a group that works in `default`, and quiet hours around now.
    private static func quiet(
        clock: any HubClock = SystemClock(), _ body: (Station, World.Person, World.Chat.ID) async throws -> Void
    ) async throws {
        try await Station.with(handler: try .real(), clock: clock) { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.simulator.send("/project default", from: ana, to: group)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("works in default") }
            try await set(aroundNow(station), station)
            try await body(station, ana, group)
        }
    }

    /// From an hour ago to two hours from now.
    private static func aroundNow(_ station: Station) -> String {
        let minute = Int(station.hub.clock.now().milliseconds / 60_000 % 1440)
        func text(_ minute: Int) -> String { "\((minute + 1440) % 1440 / 60):\(String(format: "%02d", (minute + 1440) % 60))" }
        return "\(text(minute - 60))-\(text(minute + 120))"
    }

    private static func set(_ hours: String, _ station: Station) async throws {
        try await station.hub.run(ChangeProject(try await station.project().id, quietHours: hours), as: .hub)
    }

    private func create(_ title: String, _ station: Station, _ priority: AgentTask.Priority = .normal) async throws -> AgentTask {
        let content = AgentTask.Content(title: title, priority: priority)
        return try await station.hub.run(CreateTask(project: try await station.project().id, content: content), as: .hub).task
    }

    private func fail(_ task: AgentTask, on server: Server, _ station: Station) async throws {
        try await station.hub.run(StartTask(.init(.id(task.id))), as: .agent(server, over: .rest))
        try await station.hub.run(FailTask(.init(.id(task.id)), error: "out of paper"), as: .agent(server, over: .rest))
    }

    private func told(_ station: Station) async throws {
        try await station.eventually("all events are told") {
            try await station.number(
                "SELECT COUNT(*) FROM event WHERE sequence > (SELECT sequence FROM subscriber WHERE name = 'telegram')") == 0
        }
    }

    @Test("hold what comes by itself, but neither answers nor what is critical, and let it go in order when they end")
    func holding() async throws {
        try await Self.quiet { station, ana, group in
            let server = try await station.server("mac-2")
            let first = try await create("first", station)
            try await fail(first, on: server, station)
            let urgent = try await create("urgent", station, .critical)
            try await fail(urgent, on: server, station)
            let ring = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("#2 failed: urgent") }
            #expect(!ring.isSilent)
            let second = try await create("second", station)
            try await fail(second, on: server, station)
            try await station.simulator.send("/task 1", from: ana, to: group)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.hasPrefix("❌ #1 first") }
            try await told(station)
            #expect(await station.texts(group).contains { $0.contains("failed: first") || $0.contains("second") } == false)
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_deferred") > 0)
            try await Self.set("", station)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("#3 failed: second") }
            let texts = await station.texts(group)
            let places = ["#1 failed: first", "#3 failed: second"].map { words in texts.firstIndex { $0.contains(words) } }
            #expect(try #require(places[0]) < #require(places[1]))
            #expect(texts.filter { $0.contains("failed: first") }.count == 1)
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_deferred") == 0)
        }
    }

    @Test("do not ring afterwards for what was settled meanwhile, and survive a crash")
    func settled() async throws {
        try await Self.quiet { station, ana, group in
            let server = try await station.server("mac-2")
            let (gone, stays) = (try await create("gone", station), try await create("stays", station))
            try await fail(gone, on: server, station)
            try await fail(stays, on: server, station)
            try await station.hub.run(RetryTask(.id(gone.id)), as: .hub)
            try await told(station)
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_deferred") > 0)
            try await station.afterCrash(handler: try .real()) { next in
                #expect(await next.texts(group).contains { $0.contains("failed") } == false)
                try await Self.set("", next)
                _ = try await next.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("#2 failed: stays") }
                try await next.eventually("all is sent") {
                    try await next.number("SELECT COUNT(*) FROM telegram_outbox WHERE finished_at IS NULL") == 0
                }
                #expect(await next.texts(group).contains { $0.contains("failed: gone") } == false)
                #expect(await next.texts(group).filter { $0.contains("failed: stays") }.count == 1)
            }
        }
    }

    @Test("keep cards current that are there already")
    func cards() async throws {
        try await Station.with(handler: try .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/new Mend the door", from: ana, to: station.bot)
            let card = try await station.simulator.waitForMessage(in: station.chat(ana)) {
                $0.isFromBot && $0.text.contains("Mend the door")
            }
            try await Self.set(Self.aroundNow(station), station)
            var changes = EditTask.Changes()
            changes.title = "Mend both doors"
            try await station.hub.run(EditTask(.number(1, in: try await station.project().id), changes), as: .hub)
            let edited = try await station.simulator.waitForMessage(in: station.chat(ana)) {
                $0.isFromBot && $0.text.contains("both doors")
            }
            #expect(edited.id == card.id)
        }
    }

    @Test("end by themselves")
    func ending() async throws {
        let clock = ShiftedClock()
        try await Self.quiet(clock: clock) { station, _, group in
            try await fail(try await create("first", station), on: try await station.server("mac-2"), station)
            try await told(station)
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_deferred") > 0)
            // They end at a whole minute.
            clock.advance(by: .seconds(117 * 60))
            #expect(await station.texts(group).contains { $0.contains("failed: first") } == false)
            clock.advance(by: .seconds(240))
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("#1 failed: first") }
        }
    }

    @Test("follow the clock of the project's zone, also for what is held already")
    func zone() async throws {
        try await Self.quiet { station, _, group in
            let server = try await station.server("mac-2")
            try await fail(try await create("first", station), on: server, station)
            try await told(station)
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_deferred") > 0)
            let end = try #require(try await station.project().settings.quietEnd(at: station.hub.clock.now()))
            #expect(try await station.number("SELECT MIN(until) FROM telegram_deferred") == Int(end.milliseconds))
            // Fourteen hours ahead of UTC, there they are over.
            let zone = "Pacific/Kiritimati"
            try await station.hub.run(ChangeProject(try await station.project().id, timeZone: zone), as: .hub)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("#1 failed: first") }
        }
    }
}

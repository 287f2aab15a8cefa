import HubCore
import HubService
import HubStore
import Testing

@testable import ChatOps

@Suite struct ScheduleNoticeTests {
    @Test("owners are told of a schedule that was paused because its creator may not create tasks any more") func paused() async throws {
        let bench = try await ChatBench()
        let pipeline = Pipeline(name: "nightly", entries: [.init(id: "a", content: .init(title: "Nightly"))])
        let made = try await bench.hub.run(
            AddSchedule(project: bench.web.id, name: "nightly", cron: "0 * * * *", pipeline: pipeline),
            as: .person(bench.olga, over: .telegram))
        let (web, olga, now) = (bench.web.id, bench.olga.id, bench.clock.now())
        try await bench.hub.database.write { try PersonTable($0).setRole(.viewer, of: olga, in: web, at: now) }
        let mark = try await bench.events()
        bench.clock.advance(by: .seconds(3600))
        try await bench.hub.run(FireSchedule(made.id), as: .hub)
        let notices = try await bench.notices(after: mark)
        #expect(notices.count == 1)
        let notice = try #require(notices.first)
        #expect(notice.isForOwners && notice.message?.urgency == .decision)
        #expect(
            notice.message?.text.plain.hasPrefix(
                "⏸ S1 nightly was due and is paused now: Olga who made it may not create tasks in web any more.") == true)
    }

    @Test("decisions and failures of critical tasks are urgent, their results and all else are not") func urgent() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        for (priority, isUrgent) in [(AgentTask.Priority.critical, true), (.high, false)] {
            let content = AgentTask.Content(title: "Fix it", priority: priority)
            let agent = Caller.agent(server, over: .rest)
            func start() async throws -> AgentTask.ID {
                let task = try await bench.hub.run(CreateTask(project: bench.web.id, content: content), as: .hub).task.id
                try await bench.hub.run(StartTask(.init(.id(task))), as: agent)
                return task
            }
            var (task, mark) = (try await start(), try await bench.events())
            try await bench.hub.run(FailTask(.init(.id(task)), error: "x"), as: agent)
            #expect(try await bench.notices(after: mark).filter { $0.message != nil }.map(\.isUrgent) == [isUrgent])
            (task, mark) = (try await start(), try await bench.events())
            try await bench.hub.run(CompleteTask(.init(.id(task)), result: "done"), as: agent)
            #expect(try await bench.notices(after: mark).filter { $0.message != nil }.map(\.isUrgent) == [false])
        }
    }
}

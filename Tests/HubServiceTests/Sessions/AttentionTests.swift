import HubCore
import HubService
import HubTesting
import Testing

@Suite struct AttentionTests {
    @Test("pain 1: a prompt is told once, and again when it comes again") func waiting() async throws {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        let task = try await test.create()
        let session = try await test.session(of: task)
        try await test.start(session)
        #expect(try await test.hub.run(NoteWaiting(session.id, .permission, text: "Run ls?"), as: .hub))
        #expect(try await test.hub.run(NoteWaiting(session.id, .permission, text: "Run ls?"), as: .hub) == false)
        #expect(try await test.hub.run(NoteWaiting(session.id, .permission, text: "Run rm?"), as: .hub))
        #expect(try await test.hub.run(EndWaiting(session.id), as: .hub))
        #expect(try await test.hub.run(EndWaiting(session.id), as: .hub) == false)
        #expect(try await test.lastEvent(.sessionResumed)?.fact.data["number"]?.int == task.number)
        #expect(try await test.hub.run(NoteWaiting(session.id, .permission, text: "Run rm?"), as: .hub))
        let event = try #require(try await test.lastEvent(.sessionWaiting))
        #expect(event.fact.data["kind"]?.string == "permission")
        #expect(event.fact.data["text"]?.string == "Run rm?")
        #expect(event.fact.data["number"]?.int == task.number)
        try await test.hub.run(SessionClosed(session.id, on: server.id, exitCode: 0), as: .hub)
        #expect(try await test.hub.run(NoteWaiting(session.id, .input, text: "x"), as: .hub) == false)
    }

    @Test("pain 2: a silence is told once, not while the task waits for a person, and not where it is switched off")
    func stalled() async throws {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        let task = try await test.create()
        let report = AgentReport(task.reference)
        try await test.hub.run(StartTask(report), as: server.agent)
        test.clock.advance(by: .seconds(600))
        let since = test.clock.now() + .seconds(-500)
        #expect(try await test.hub.run(MarkStalled(task.reference, since: since), as: .hub))
        #expect(try await test.hub.run(MarkStalled(task.reference, since: since, level: .process), as: .hub) == false)
        #expect(try await test.lastEvent(.taskStalled)?.fact.data["silent_seconds"]?.int == 500)
        test.clock.advance(by: .seconds(600))
        try await test.hub.run(RequestHelp(report, .init(kind: .help, question: "How?")), as: server.agent)
        #expect(try await test.hub.run(MarkStalled(task.reference, since: test.clock.now()), as: .hub) == false)
        test.clock.advance(by: .seconds(600))
        try await test.hub.run(Respond(to: .task(task.reference), "So."), as: test.admin)
        test.clock.advance(by: .seconds(600))
        // The silence began with the answer, whatever the terminal did before.
        #expect(try await test.hub.run(MarkStalled(task.reference, since: since, level: .server), as: .hub))
        #expect(try await test.lastEvent(.taskStalled)?.fact.data["silent_seconds"]?.int == 600)
        #expect(test.project.settings.stallLimit == .seconds(600))
        try await test.hub.run(ChangeProject(test.project.id, stallMinutes: 0), as: test.admin)
        test.clock.advance(by: .seconds(600))
        #expect(try await test.hub.run(MarkStalled(task.reference, since: test.clock.now()), as: .hub) == false)
        await refused(.invalid) { try await test.hub.run(ChangeProject(test.project.id, stallMinutes: 1441), as: test.admin) }
    }
}

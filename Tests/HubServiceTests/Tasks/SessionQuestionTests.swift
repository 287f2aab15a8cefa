import HubCore
import HubService
import HubStore
import HubTesting
import Testing

/// Questions of one session's agent to another's (domain page, "Help"; agent protocol, sections 5 and 6.4).
@Suite struct SessionQuestionTests {
    private static let content = Intervention.Content(kind: .question, question: "Which port? Mine is sk-ant-0123456789abcdefghijkl")

    /// A running task on one server, and a terminal with an agent on another.
    private struct World {
        let test: TestHub
        let asking: Server
        let asked: Server
        let task: AgentTask
        let own: Session
        let desk: Session

        init() async throws {
            test = try await TestHub()
            try await test.hub.run(ChangeProject(test.project.id, agent: "claude"), as: test.admin)
            asking = try await test.terminalServer("mac")
            task = try await test.create { $0.spendCap = Money(decimal: "1") }
            own = try await test.start(try await test.session(of: task))
            try await test.hub.run(StartTask(task.report), as: asking.agent)
            asked = try await test.terminalServer("linux")
            let opened = try await test.hub.run(
                OpenSession(on: "linux", in: test.project.id, name: "desk", profile: "claude"), as: test.admin
            ).session
            desk = try await test.start(opened)
            try await test.send(to: asking)
            try await test.send(to: asked)
        }

        @discardableResult
        func ask(_ content: Intervention.Content = SessionQuestionTests.content, _ target: Session.ID? = nil) async throws
            -> RequestHelp.Outcome
        {
            try await test.hub.run(RequestHelp(task.report, content, to: target ?? desk.id), as: asking.agent)
        }

        func state() async throws -> AgentTask.State { try await test.task(task).task.state }

        func session(_ session: Session, on server: Server) -> Caller { .agent(server, session: session.id, over: .rest) }
    }

    @Test("the task goes on, the session reads the question, its agent answers, and the one that asked is told") func story() async throws {
        let world = try await World()
        let (test, hub) = (world.test, world.test.hub)
        let outcome = try await world.ask()
        let asked = outcome.intervention
        #expect(outcome.view.task.state == .running && asked.state == .pending && !outcome.isRepetition)
        #expect(asked.content.target == .init(session: world.desk.id, server: world.asked.id, name: "desk"))
        let event = try #require(try await test.lastEvent(.taskHelpRequested))
        #expect(event.fact.before == nil && event.fact.after == nil && event.fact.data["session"]?.string == world.desk.id.text)

        let push = try #require(try await test.send(to: world.asked).first)
        #expect(push.kind == .interventionForSession && push.session == world.desk.id)
        #expect(push.payload["target_session_id"]?.string == world.desk.id.text)
        #expect(push.payload["source"]?.string == "\(world.own.name), task #1")
        let words = try #require(push.payload["question"]?.string)
        #expect(words.hasPrefix("Which port? Mine is *** ") && words.contains("intervention respond \(asked.id.text.prefix(8)) "))

        let again = try await world.ask()
        #expect(again.isRepetition && again.intervention.id == asked.id)
        await refused(.conflict) { try await world.ask(.init(kind: .question, question: "And the host?")) }
        #expect(try await test.hub.pendingPushes(for: world.asked.id).isEmpty)

        let answered = try await hub.run(Respond(to: .intervention(asked.id), "8080"), as: world.session(world.desk, on: world.asked))
        #expect(answered.view.task.state == .running && answered.intervention.answer?.text == "8080")
        let told = try await test.send(to: world.asking)
        #expect(told.map(\.kind) == [.interventionResponse] && told.first?.payload["response"]?.string == "8080")
        #expect(try await test.lastEvent(.taskResponded)?.fact.data["intervention"]?.string == asked.id.text)
        #expect(try await test.pushes(to: world.desk).last?.state == .delivered)
        try await hub.run(CompleteTask(world.task.report, result: "done"), as: world.asking.agent)
        #expect(try await world.state() == .done)
    }

    @Test("the question goes with the session that was asked, the agent hears of it, and may ask people") func gone() async throws {
        let world = try await World()
        let (test, hub) = (world.test, world.test.hub)
        let first = try await world.ask().intervention
        try await hub.run(SessionClosed(world.desk.id, on: world.asked.id, exitCode: 0), as: .hub)
        #expect(try await hub.ask(GetIntervention(first.id.text, in: nil), as: .hub).state == .withdrawn)
        let told = try await test.send(to: world.asking)
        #expect(told.map(\.kind) == [.interventionResponse])
        #expect(told.first?.payload["response"]?.string?.hasPrefix("The session desk is over") == true)
        try await hub.run(RequestHelp(world.task.report, Self.content), as: world.asking.agent)
        #expect(try await world.state() == .needsHuman)
    }

    @Test("a question to people takes the place of one to a session; what is typed there steers nothing") func people() async throws {
        let world = try await World()
        let (test, hub) = (world.test, world.test.hub)
        let first = try await world.ask(.init(kind: .question, question: "Which\u{1B}[2J\nport\u{03}?")).intervention
        let words = try #require(try await test.send(to: world.asked).first?.payload["question"]?.string)
        #expect(words.hasPrefix("Which[2J port? (Answer with: "))
        let second = try await hub.run(RequestHelp(world.task.report, Self.content), as: world.asking.agent)
        #expect(!second.isRepetition && second.view.task.state == .needsHuman)
        #expect(try await hub.ask(GetIntervention(first.id.text, in: nil), as: .hub).state == .withdrawn)
    }

    @Test("what cannot be asked is refused, each for its reason, and nothing is written") func refusals() async throws {
        let world = try await World()
        let test = world.test
        let elsewhere = try await test.hub.run(CreateProject("elsewhere"), as: test.admin)
        let foreign = try await test.connect(try await test.server("far", in: elsewhere))
        let foreignDesk = try await test.hub.run(OpenSession(on: "far", in: elsewhere.id, name: "far"), as: test.admin).session
        let gone = try await test.start(
            try await test.hub.run(OpenSession(on: "linux", in: test.project.id, name: "gone"), as: test.admin).session)
        try await test.hub.run(SessionClosed(gone.id, on: world.asked.id, exitCode: 0), as: .hub)
        let shell = try await test.start(
            try await test.hub.run(OpenSession(on: "linux", in: test.project.id, name: "shell"), as: test.admin).session)
        let before = try await test.eventCount()
        await refused(.notFound) { try await world.ask(Self.content, .random()) }
        await refused(.forbidden) { try await world.ask(Self.content, foreignDesk.id) }
        await refused(.conflict) { try await world.ask(Self.content, gone.id) }
        let words = await refused(.conflict) { try await world.ask(Self.content, shell.id) }
        #expect(words == "the session shell is a plain shell, where no agent reads: ask people")
        await refused(.invalid) { try await world.ask(Self.content, world.own.id) }
        for kind in [Intervention.Kind.help, .approval] {
            await refused(.invalid) { try await world.ask(.init(kind: kind, question: "?")) }
        }
        await refused(.notFound) {
            try await test.hub.run(RequestHelp(world.task.report, Self.content, to: world.desk.id), as: foreign.agent)
        }
        #expect(try await test.eventCount() == before)
        #expect(try await test.task(world.task).intervention == nil)
    }

    @Test("the session that is asked may answer with its own key, people and agents elsewhere may, and nobody else's session")
    func answerers() async throws {
        for (index, isAdmitted) in [true, true, true, false, false].enumerated() {
            let world = try await World()
            let other = try await world.test.start(
                try await world.test.hub.run(OpenSession(on: "linux", in: world.test.project.id, name: "other"), as: world.test.admin)
                    .session)
            let callers = [
                world.session(world.desk, on: world.asked), world.asked.agent, try await world.test.person("Max", .member),
                world.session(other, on: world.asked), world.session(world.own, on: world.asking),
            ]
            let asked = try await world.ask().intervention
            let answer = Respond(to: .intervention(asked.id), "8080")
            if isAdmitted {
                try await world.test.hub.run(answer, as: callers[index])
            } else {
                await refused(.forbidden) { try await world.test.hub.run(answer, as: callers[index]) }
            }
            #expect(try await world.state() == .running)
        }
    }

    @Test("on the asker's own server its key answers for the session that is asked there") func sameServer() async throws {
        let world = try await World()
        let opened = try await world.test.hub.run(
            OpenSession(on: "mac", in: world.test.project.id, name: "here", profile: "claude"), as: world.test.admin
        ).session
        let here = try await world.test.start(opened)
        let asked = try await world.ask(Self.content, here.id).intervention
        try await world.test.hub.run(Respond(to: .intervention(asked.id), "8080"), as: world.asking.agent)
        #expect(try await world.test.task(world.task).intervention?.state == .responded)
    }

    @Test("the end of the attempt withdraws it, and the session is not told any more") func withdrawn() async throws {
        let world = try await World()
        let asked = try await world.ask().intervention
        try await world.test.hub.run(FailTask(world.task.report, error: "no"), as: world.asking.agent)
        #expect(try await world.test.task(world.task).intervention?.state == .withdrawn)
        #expect(try await world.test.hub.pendingPushes(for: world.asked.id).isEmpty)
        await refused(.conflict) { try await world.test.hub.run(Respond(to: .intervention(asked.id), "8080"), as: world.asked.agent) }
        #expect(try await world.state() == .failed)
    }

    @Test("a cap that is reached meanwhile asks its own question") func cap() async throws {
        let world = try await World()
        let asked = try await world.ask().intervention
        let usage = UsageReport(Usage(cost: Money(decimal: "2") ?? .zero))
        let outcome = try await world.test.hub.run(ReportUsage(world.task.report, usage), as: world.asking.agent)
        #expect(outcome.view.task.state == .needsHuman && outcome.intervention?.content.spending != nil)
        await refused(.conflict) { try await world.test.hub.run(Respond(to: .intervention(asked.id), "8080"), as: world.asked.agent) }
        #expect(try await world.state() == .needsHuman)
    }

    @Test("the answer that was declared for the case that nobody gives one leaves the task where it is") func standby() async throws {
        let world = try await World()
        let content = Intervention.Content(
            kind: .question, question: "Which?", options: [.init(id: "a", label: "Keep it")], standby: .init(seconds: 60, option: "a"))
        let asked = try await world.ask(content).intervention
        world.test.clock.advance(by: .seconds(61))
        try await world.test.hub.run(TakeStandby(for: asked.id), as: .hub)
        #expect(try await world.test.task(world.task).intervention?.answer?.by == .standby)
        #expect(try await world.state() == .running)
    }
}

import HubCore
import Testing

@Suite struct AgentTaskTests {
    @Test("counts an attempt for each assignment and clears what the last one left")
    func attempts() throws {
        var task = AgentTask.sample()
        let (first, second) = (Server.ID.random(), Server.ID.random())
        #expect(task.attempt == 0)
        #expect(task.holder == nil)
        try task.apply(.assigned(first), at: .start)
        #expect((task.attempt, task.holder) == (1, first))
        task.plan = .init(content: "plan", hash: "h", submittedAt: .start)
        (task.feedback, task.failure, task.result) = ("more", "broke", 5)
        try task.apply(.failed, at: .start)
        #expect((task.attempt, task.holder, task.server) == (1, nil, first))
        try task.apply(.retried, at: .start)
        #expect((task.attempt, task.completedAt) == (1, nil))
        #expect(task.failure == "broke")
        try task.apply(.assigned(second), at: .start)
        #expect((task.attempt, task.holder) == (2, second))
        #expect((task.plan, task.feedback, task.failure, task.result) == (nil, nil, nil, nil))
    }

    @Test("starts once, whatever attempts follow")
    func startedAt() throws {
        var task = AgentTask.sample()
        try task.apply(.assigned(.random()), at: .start)
        #expect(task.startedAt == nil)
        try task.apply(.started(planFirst: false), at: .start + .seconds(1))
        try task.apply(.released(.serverLost), at: .start + .seconds(2))
        try task.apply(.assigned(.random()), at: .start + .seconds(3))
        try task.apply(.planSubmitted(planFirst: true), at: .start + .seconds(4))
        #expect(task.startedAt == .start + .seconds(1))
    }

    @Test("starts with a plan that comes without a start")
    func startsWithPlan() throws {
        var task = AgentTask.sample()
        try task.apply(.assigned(.random()), at: .start)
        try task.apply(.planSubmitted(planFirst: true), at: .start + .seconds(4))
        #expect(task.startedAt == .start + .seconds(4))
    }

    @Test("returns from a question to the state that asked", arguments: AgentTask.Event.Asker.allCases)
    func asker(_ asker: AgentTask.Event.Asker) throws {
        var task = AgentTask.sample(in: asker.state)
        try task.apply(.helpRequested, at: .start)
        #expect(task.asker == asker)
        try task.apply(.responded(resuming: try #require(task.asker)), at: .start)
        #expect(task.state == asker.state)
        #expect(task.asker == nil)
    }

    @Test("clears the feedback with the approval of a plan or a result")
    func feedback() throws {
        for (state, event) in [(AgentTask.State.planReview, AgentTask.Event.planApproved), (.review, .approved)] {
            var task = AgentTask.sample(in: state)
            #expect(task.feedback != nil)
            try task.apply(event, at: .start)
            #expect(task.feedback == nil)
        }
    }

    @Test("says what follows from a step")
    func consequences() throws {
        func step(_ state: AgentTask.State, _ event: AgentTask.Event) throws -> AgentTask.Transition {
            var task = AgentTask.sample(in: state)
            return try task.apply(event, at: .start)
        }
        let submitted = try step(.running, .submitted)
        #expect((submitted.freesSlot, submitted.endsAttempt, submitted.resolvesDependents) == (true, false, false))
        let approved = try step(.review, .approved)
        #expect((approved.freesSlot, approved.endsAttempt, approved.resolvesDependents) == (false, true, true))
        let failed = try step(.running, .failed)
        #expect((failed.freesSlot, failed.endsAttempt, failed.resolvesDependents) == (true, true, false))
        let cancelled = try step(.pending, .cancelled)
        #expect((cancelled.freesSlot, cancelled.endsAttempt, cancelled.resolvesDependents) == (false, false, false))
    }

    @Test("takes a repeated report for a repetition only while its state stands")
    func repetition() {
        let repeated: [(AgentTask.Event, Set<AgentTask.State>)] = [
            (.started(planFirst: false), [.running, .planning]), (.started(planFirst: true), [.running, .planning]), (.failed, [.failed]),
            (.submitted, [.review]), (.completed(needsReview: false), [.done]), (.completed(needsReview: true), [.done, .review]),
        ]
        for event in AgentTask.Event.samples {
            let expected = repeated.first { $0.0 == event }?.1 ?? []
            for state in AgentTask.State.allCases {
                #expect(AgentTask.sample(in: state).isRepetition(event) == expected.contains(state), "\(event) in \(state)")
                // A repetition never hides a step that is possible.
                if expected.contains(state) { #expect(state.after(event) == nil) }
            }
        }
    }

    @Test("keeps its invariants over any sequence of events", arguments: 1...20)
    func randomWalk(seed: Int) {
        var random = Seeded(seed: UInt64(seed))
        var task = AgentTask.sample()
        var (now, dones) = (Timestamp.start, 0)
        for _ in 0..<500 {
            now = now + .milliseconds(Int.random(in: 0...1000, using: &random))
            var event = AgentTask.Event.samples.randomElement(using: &random) ?? .cancelled
            if case .responded = event, let asker = task.asker { event = .responded(resuming: asker) }
            let before = task
            guard (try? task.apply(event, at: now)) != nil else {
                #expect(task == before)
                continue
            }
            #expect((task.completedAt != nil) == task.state.isFinal)
            #expect(task.completedAt == nil || task.completedAt == now)
            #expect((task.since, task.updatedAt, task.version) == (now, now, before.version + 1))
            #expect((task.asker != nil) == (task.state == .needsHuman))
            #expect((task.holder != nil) == task.state.isPlaced)
            if case .assigned(let server) = event {
                #expect((task.attempt, task.server) == (before.attempt + 1, server))
            } else {
                #expect((task.attempt, task.server) == (before.attempt, before.server))
            }
            #expect(before.startedAt == nil || task.startedAt == before.startedAt)
            if task.state == .done {
                dones += 1
                #expect(dones == 1)
                task = AgentTask.sample(at: now)
                dones = 0
            }
        }
    }

    @Test("goes by its own word before its project's")
    func settings() {
        let project = Project(
            id: .random(), name: "web", settings: .init(requirePlan: true, requireReview: true, autoAssign: false), createdAt: .start)
        let task = AgentTask.sample()
        #expect((task.needsPlan(in: project), task.needsReview(in: project), task.isAutoAssigned(in: project)) == (true, true, false))
        let own = AgentTask.sample(.init(title: "t", requirePlan: false, requireReview: false, autoAssign: true))
        #expect((own.needsPlan(in: project), own.needsReview(in: project), own.isAutoAssigned(in: project)) == (false, false, true))
    }

    @Test("shows a plan as text where it is only that")
    func planText() {
        func text(_ content: JSONValue) -> String { AgentTask.Plan(content: content, hash: "", submittedAt: .start).text }
        #expect(text("do it") == "do it")
        #expect(text(["summary": "do it"]) == "do it")
        #expect(text(["summary": "do it", "steps": [1]]) == "{\n  \"summary\": \"do it\",\n  \"steps\": [\n    1\n  ]\n}")
    }
}

import HubCore
import Testing

/// The rows of the domain page, "Task states and transitions". An explicit submission is accepted whether or not a review is
/// required, as the wire's `/submit` is unconditional.
@Suite struct TransitionTableTests {
    typealias State = AgentTask.State
    typealias Event = AgentTask.Event

    struct Row: CustomTestStringConvertible, Sendable {
        let from: State
        let event: Event
        let to: State

        init(_ from: State, _ event: Event, _ to: State) { (self.from, self.event, self.to) = (from, event, to) }
        var testDescription: String { "\(from.rawValue) | \(event) | \(to.rawValue)" }
    }

    static let server = Event.samples.compactMap { if case .assigned(let server) = $0 { server } else { nil } }[0]

    static let legal: [Row] = [
        Row(.pending, .assigned(server), .assigned),
        Row(.assigned, .started(planFirst: false), .running),
        Row(.assigned, .started(planFirst: true), .planning),
        Row(.planning, .planSubmitted(planFirst: false), .planReview),
        Row(.planning, .planSubmitted(planFirst: true), .planReview),
        Row(.planning, .failed, .failed),
        Row(.planReview, .planApproved, .running),
        Row(.planReview, .planRevised, .planning),
        Row(.running, .submitted, .review),
        Row(.running, .completed(needsReview: true), .review),
        Row(.running, .completed(needsReview: false), .done),
        Row(.running, .failed, .failed),
        Row(.running, .helpRequested, .needsHuman),
        Row(.needsHuman, .responded(resuming: .running), .running),
        Row(.review, .approved, .done),
        Row(.review, .revised, .running),
        Row(.assigned, .failed, .failed),
        Row(.needsHuman, .failed, .failed),
        Row(.assigned, .planSubmitted(planFirst: true), .planReview),
        Row(.planning, .helpRequested, .needsHuman),
        Row(.needsHuman, .responded(resuming: .planning), .planning),
        Row(.assigned, .released(.serverLost), .pending),
        Row(.planning, .released(.serverLost), .pending),
        Row(.running, .released(.serverLost), .pending),
        Row(.assigned, .released(.byHand), .pending),
        Row(.planning, .released(.byHand), .pending),
        Row(.planReview, .released(.byHand), .pending),
        Row(.running, .released(.byHand), .pending),
        Row(.needsHuman, .released(.byHand), .pending),
        Row(.review, .released(.byHand), .pending),
        Row(.pending, .cancelled, .cancelled),
        Row(.assigned, .cancelled, .cancelled),
        Row(.planning, .cancelled, .cancelled),
        Row(.planReview, .cancelled, .cancelled),
        Row(.running, .cancelled, .cancelled),
        Row(.needsHuman, .cancelled, .cancelled),
        Row(.review, .cancelled, .cancelled),
        Row(.failed, .retried, .pending),
        Row(.cancelled, .retried, .pending),
    ]

    @Test("moves a task along each row of the table", arguments: legal)
    func allows(_ row: Row) throws {
        #expect(row.from.after(row.event) == row.to)
        var task = AgentTask.sample(in: row.from)
        let transition = try task.apply(row.event, at: .start + .seconds(1))
        #expect(task.state == row.to)
        #expect((transition.before, transition.after) == (row.from, row.to))
        #expect(task.since == .start + .seconds(1))
        #expect(task.version == 8)
        #expect((task.completedAt != nil) == row.to.isFinal)
    }

    @Test("refuses every other pair, names state, event and what is legal, and leaves the task alone", arguments: State.allCases)
    func refuses(in state: State) {
        for event in Event.samples where !Self.legal.contains(where: { $0.from == state && $0.event == event }) {
            #expect(state.after(event) == nil, "\(state) | \(event)")
            let task = AgentTask.sample(in: state)
            var changed = task
            let error = #expect(throws: AgentTask.IllegalTransition.self) { try changed.apply(event, at: .start + .seconds(1)) }
            #expect(changed == task)
            #expect(error?.state == state)
            #expect(error?.event == event)
            #expect(error?.task == task.id)
            let words = Self.legal.filter { $0.from == state }.map(\.event.words)
            #expect(Set(error?.legal ?? []) == Set(words))
        }
    }

    @Test("has a sample of every event, once")
    func samplesAreDistinct() {
        #expect(Set(Event.samples).count == Event.samples.count)
        #expect(Set(Event.samples.map(\.words)).count == 15)
    }

    @Test("says in a sentence what is not possible and what is")
    func sentence() {
        let running = AgentTask.IllegalTransition(task: .sample(in: .planReview), event: .started(planFirst: false))
        #expect(
            running.description
                == "task #42 is in plan review, so it is not possible to start (possible now: approve the plan, ask for another plan, release, cancel)"
        )
        let done = AgentTask.IllegalTransition(task: .sample(in: .done), event: .cancelled)
        #expect(done.description == "task #42 is done, so it is not possible to cancel (nothing more can happen to it)")
    }

    @Test("knows which states hold a slot, wait for a person and are final")
    func groups() {
        #expect(State.allCases.filter(\.holdsSlot) == [.assigned, .planning, .planReview, .running, .needsHuman])
        #expect(State.allCases.filter(\.waitsForPerson) == [.planReview, .needsHuman, .review])
        #expect(State.allCases.filter(\.isFinal) == [.done, .failed, .cancelled])
        #expect(State.allCases.filter(\.isReleasedWhenServerIsLost) == [.assigned, .planning, .running])
        for state in State.allCases {
            #expect(state.isReleasedWhenServerIsLost == (state.after(.released(.serverLost)) != nil))
            #expect(state.isPlaced == (state.after(.released(.byHand)) != nil))
        }
    }
}

/// A piece of work for an agent, from its creation to its end.
///
/// A task is created `pending` and placed on a server, which opens an *attempt*. The agent starts it, plans first where a plan is
/// required, may ask a person, and ends it as done or failed; where a review is required a person has the last word. A server
/// that is lost gives its work back, and the next placement is the next attempt: whatever an agent reports names its attempt, so
/// a machine that comes back cannot finish its successor's work.
///
/// The state changes in ``apply(_:at:)`` and nowhere else. `docs/task-lifecycle.md` has the diagram.
package struct AgentTask: Hashable, Sendable, Codable {
    package typealias ID = Identifier<AgentTask>

    package let id: ID
    package let project: Project.ID
    /// The `#42` of people, counted per project from 1.
    package let number: Int
    package let createdBy: Actor
    package let createdAt: Timestamp
    package var content: Content

    package private(set) var state: State = .pending
    /// When the task entered its state.
    package private(set) var since: Timestamp
    package private(set) var updatedAt: Timestamp
    /// Set when the first attempt started.
    package private(set) var startedAt: Timestamp?
    /// Set if and only if the state is final.
    package private(set) var completedAt: Timestamp?
    /// Counts every change; a save names the version it was loaded with.
    package private(set) var version = 1
    /// The number of the open attempt, or of the last one; 0 before the first.
    package private(set) var attempt = 0
    /// Where the open attempt runs, or where the last one ended.
    package private(set) var server: Server.ID?
    /// The terminal of the open attempt, or of the last one unless it was released; `nil` where the server has none.
    package var session: Session.ID?
    /// The terminal whose agent created the task.
    package var source: Session.ID?
    /// The state to return to once the open question is answered; set if and only if the task needs a human.
    package private(set) var asker: Event.Asker?

    package var plan: Plan?
    /// What a person wants changed in the plan or in the result, for the agent to read.
    package var feedback: String?
    package var result: JSONValue?
    /// What git measured of the result on the agent's machine (agent protocol, section 7.5); the agent's word, as the result is.
    package var diffStats: JSONValue?
    /// Why the last attempt failed, in the agent's words.
    package var failure: String?

    package init(id: ID, project: Project.ID, number: Int, content: Content, createdBy: Actor, at now: Timestamp) {
        (self.id, self.project, self.number, self.content) = (id, project, number, content)
        (self.createdBy, createdAt, since, updatedAt) = (createdBy, now, now, now)
    }

    /// The server that has the task now.
    package var holder: Server.ID? { state.isPlaced ? server : nil }
}

extension AgentTask {
    /// Moves the task. Stores and sends nothing itself: the caller does what the ``Transition`` says.
    ///
    /// - Throws: ``IllegalTransition``, and the task is unchanged.
    @discardableResult
    package mutating func apply(_ event: Event, at now: Timestamp) throws(IllegalTransition) -> Transition {
        guard let next = state.after(event) else { throw IllegalTransition(task: self, event: event) }
        let transition = Transition(event: event, before: state, after: next)
        (state, since) = (next, now)
        touch(at: now)
        completedAt = next.isFinal ? now : nil

        switch event {
        case .assigned(let server):
            (self.server, attempt) = (server, attempt + 1)
            (plan, feedback, result, diffStats, failure) = (nil, nil, nil, nil, nil)
        case .started, .planSubmitted:
            if transition.before == .assigned { startedAt = startedAt ?? now }
        case .helpRequested: asker = transition.before == .planning ? .planning : .running
        case .planApproved, .approved: feedback = nil
        case .released, .retried: session = nil
        case .responded, .planRevised, .submitted, .completed, .failed, .revised, .cancelled: break
        }
        if next != .needsHuman { asker = nil }
        return transition
    }

    /// Notes a change that is no transition: an edit.
    package mutating func touch(at now: Timestamp) {
        (version, updatedAt) = (version + 1, now)
    }

    /// Whether `event` only repeats the report that led to the present state: the agent did not hear our answer and asks again.
    /// Then nothing is written, and the answer is the same.
    package func isRepetition(_ event: Event) -> Bool {
        switch (event, state) {
        case (.started, .running), (.started, .planning), (.failed, .failed), (.submitted, .review), (.completed, .done),
            (.completed(needsReview: true), .review):
            true
        default: false
        }
    }

    /// What happened to a task in one step, and what follows from it.
    package struct Transition: Hashable, Sendable {
        package let event: Event
        package let before: State
        package let after: State

        package var freesSlot: Bool { before.holdsSlot && !after.holdsSlot }
        package var endsAttempt: Bool { before.isPlaced && !after.isPlaced }
        /// Tasks that wait for this one may go on.
        package var resolvesDependents: Bool { after == .done }
    }

    /// An event that the task's state does not allow.
    package struct IllegalTransition: Error, Hashable, Sendable, CustomStringConvertible {
        package let task: ID
        package let number: Int
        package let state: State
        package let event: Event

        package init(task: AgentTask, event: Event) {
            (self.task, number, state, self.event) = (task.id, task.number, task.state, event)
        }

        /// What may happen instead.
        package var legal: [String] { state.legalEvents }

        package var description: String {
            let instead = legal.isEmpty ? "nothing more can happen to it" : "possible now: \(legal.joined(separator: ", "))"
            return "task #\(number) is \(state.predicate), so it is not possible to \(event.words) (\(instead))"
        }
    }
}

extension AgentTask {
    /// Restores a stored task. For the storage layer only: it checks nothing.
    package init(
        id: ID, project: Project.ID, number: Int, content: Content, createdBy: Actor, createdAt: Timestamp, state: State, since: Timestamp,
        updatedAt: Timestamp, startedAt: Timestamp?, completedAt: Timestamp?, version: Int, attempt: Int, server: Server.ID?,
        asker: Event.Asker?, plan: Plan?, feedback: String?, result: JSONValue?, failure: String?, session: Session.ID? = nil,
        source: Session.ID? = nil, diffStats: JSONValue? = nil
    ) {
        self.init(id: id, project: project, number: number, content: content, createdBy: createdBy, at: createdAt)
        (self.state, self.since, self.updatedAt, self.startedAt, self.completedAt) = (state, since, updatedAt, startedAt, completedAt)
        (self.version, self.attempt, self.server, self.asker) = (version, attempt, server, asker)
        (self.plan, self.feedback, self.result, self.failure) = (plan, feedback, result, failure)
        (self.session, self.source, self.diffStats) = (session, source, diffStats)
    }
}

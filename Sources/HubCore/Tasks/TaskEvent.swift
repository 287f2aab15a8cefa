extension AgentTask {
    /// Something that happens to a task and moves it to another state.
    package enum Event: Hashable, Sendable {
        case assigned(Server.ID)
        /// `planFirst`: a plan is required, so the agent plans before it works.
        case started(planFirst: Bool)
        /// `planFirst`: a plan is required. Only then may a task that was never started hand in its plan.
        case planSubmitted(planFirst: Bool)
        case planApproved
        case planRevised
        case submitted
        /// `needsReview`: a person looks at the result first, so the agent's "complete" is a submission.
        case completed(needsReview: Bool)
        case failed
        case helpRequested
        /// `resuming`: the state in which the question was asked.
        case responded(resuming: Asker)
        case approved
        case revised
        case released(ReleaseCause)
        case cancelled
        case retried

        /// The states in which an agent may ask for help.
        package enum Asker: String, CaseIterable, Hashable, Sendable, Codable {
            case planning, running
            package var state: State { self == .planning ? .planning : .running }
        }

        package enum ReleaseCause: String, CaseIterable, Hashable, Sendable, Codable {
            /// The server stayed away past its lease.
            case serverLost = "server_lost"
            case byHand = "by_hand"
        }

        /// The verb in messages to people: "approve the plan".
        package var words: String {
            switch self {
            case .assigned: "assign"
            case .started: "start"
            case .planSubmitted: "submit a plan"
            case .planApproved: "approve the plan"
            case .planRevised: "ask for another plan"
            case .submitted: "submit for review"
            case .completed: "complete"
            case .failed: "fail"
            case .helpRequested: "ask for help"
            case .responded: "answer"
            case .approved: "approve"
            case .revised: "ask for changes"
            case .released: "release"
            case .cancelled: "cancel"
            case .retried: "retry"
            }
        }
    }
}

extension AgentTask.State {
    /// The transition table: the state that follows `event`, or `nil` where `event` is illegal.
    package func after(_ event: AgentTask.Event) -> Self? {
        switch (self, event) {
        case (.pending, .assigned): .assigned

        case (.assigned, .started(let planFirst)): planFirst ? .planning : .running
        // Installed clients hand in the plan without a start: both happen at once.
        case (.assigned, .planSubmitted(planFirst: true)): .planReview
        case (.planning, .planSubmitted): .planReview
        case (.planReview, .planApproved): .running
        case (.planReview, .planRevised): .planning

        case (.running, .submitted), (.running, .completed(needsReview: true)): .review
        case (.running, .completed(needsReview: false)): .done
        case (.review, .approved): .done
        case (.review, .revised): .running

        case (.planning, .helpRequested), (.running, .helpRequested): .needsHuman
        case (.needsHuman, .responded(let asker)): asker.state

        case (.assigned, .failed), (.planning, .failed), (.running, .failed), (.needsHuman, .failed): .failed

        // A lost server gives its work back, unless a person has it.
        case (.assigned, .released(.serverLost)), (.planning, .released(.serverLost)), (.running, .released(.serverLost)): .pending
        case (.assigned, .released(.byHand)), (.planning, .released(.byHand)), (.planReview, .released(.byHand)),
            (.running, .released(.byHand)), (.needsHuman, .released(.byHand)), (.review, .released(.byHand)):
            .pending

        case (.done, .cancelled), (.failed, .cancelled), (.cancelled, .cancelled): nil
        case (_, .cancelled): .cancelled
        case (.failed, .retried), (.cancelled, .retried): .pending

        // No `default`: a new state does not compile until it has its row.
        case (.pending, _), (.assigned, _), (.planning, _), (.planReview, _), (.running, _), (.needsHuman, _), (.review, _), (.done, _),
            (.failed, _), (.cancelled, _):
            nil
        }
    }

    /// What may happen here, in the order of the table; for messages about what may not.
    package var legalEvents: [String] {
        AgentTask.Event.samples.filter { after($0) != nil }.map(\.words).uniqued()
    }
}

extension AgentTask.Event {
    /// One of each kind and variant.
    package static let samples: [Self] = [
        .assigned(Server.ID(stored: "00000000-0000-4000-8000-000000000000")),
        .started(planFirst: false), .started(planFirst: true),
        .planSubmitted(planFirst: false), .planSubmitted(planFirst: true), .planApproved, .planRevised,
        .submitted, .completed(needsReview: false), .completed(needsReview: true), .failed,
        .helpRequested, .responded(resuming: .running), .responded(resuming: .planning),
        .approved, .revised, .released(.serverLost), .released(.byHand), .cancelled, .retried,
    ]
}

extension Array where Element: Hashable {
    /// The elements without repetitions, in the order of their first appearance.
    package func uniqued() -> Self {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

import HubCore

/// A person's word on a plan or on a result: let it go on, or send it back with feedback.
package struct Decide: UseCase {
    package enum Verdict: Hashable, Sendable, Codable {
        case approve
        /// Feedback is mandatory.
        case revise(feedback: String)

        var decided: AgentTask.Decision.Verdict { self == .approve ? .approved : .revised }
    }

    package var task: TaskReference
    package var verdict: Verdict
    /// The plan that the person saw. `nil` only where a result, and no plan, can be meant.
    package var planHash: String?

    package init(_ task: TaskReference, _ verdict: Verdict, planHash: String? = nil) {
        (self.task, self.verdict, self.planHash) = (task, verdict, planHash)
    }

    package var right: Right { .permission(.decide) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    /// Why a decision is not taken.
    package enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        case alreadyDecided(AgentTask.Decision, number: Int)
        /// The agent handed in another plan since.
        case replaced(number: Int)
        /// A plan is decided by its hash, so that nobody approves what they have not seen.
        case hashMissing(number: Int)
        case feedbackMissing

        package var description: String {
            switch self {
            case .alreadyDecided(let decision, let number):
                "#\(number) was already \(decision.verdict == .approved ? "approved" : "sent back") by \(decision.by.name)"
            case .replaced(let number): "the plan of #\(number) was replaced by a newer one: look at that first"
            case .hashMissing(let number): "say which plan of #\(number) you decide on: send its plan_hash"
            case .feedbackMissing: "say what should change: feedback is needed to send something back"
            }
        }
    }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        if case .revise(let feedback) = verdict {
            guard !feedback.trimmed.isEmpty else { throw Refusal.feedbackMissing }
            try checkText(feedback, named: "feedback", limit: AgentTask.Content.maximumSpec)
        }
        switch task.state {
        case .planReview: return try decideOnPlan(&task, in: transaction)
        case .review where planHash == nil || planHash == task.plan?.hash && task.plan?.decision == nil:
            return try decideOnResult(&task, in: transaction)
        default: return try late(task, in: transaction)
        }
    }

    private func decideOnPlan(_ task: inout AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        guard let planHash else { throw Refusal.hashMissing(number: task.number) }
        guard planHash == task.plan?.hash else { throw Refusal.replaced(number: task.number) }
        task.plan?.decision = AgentTask.Decision(verdict.decided, by: transaction.caller.actor, at: transaction.now)
        switch verdict {
        case .approve:
            try transaction.move(&task, .planApproved, as: .taskPlanApproved, data: ["plan_hash": .string(planHash)])
            try transaction.tell(task, .planApproved)
        case .revise(let feedback):
            task.feedback = feedback
            try transaction.move(
                &task, .planRevised, as: .taskPlanRevised, data: ["plan_hash": .string(planHash), "feedback": .string(feedback)])
            try transaction.tell(task, .planRevision, ["feedback": .string(feedback)])
        }
        return TaskOutcome(try transaction.view(of: task))
    }

    private func decideOnResult(_ task: inout AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        switch verdict {
        case .approve: try transaction.move(&task, .approved, as: .taskApproved)
        case .revise(let feedback):
            task.feedback = feedback
            try transaction.move(&task, .revised, as: .taskRevised, data: ["feedback": .string(feedback)])
            try transaction.tell(task, .planRevision, ["feedback": .string(feedback)])
        }
        return TaskOutcome(try transaction.view(of: task))
    }

    /// Somebody was faster, or there is nothing to decide. The same word again is no fault; another one is refused by name.
    private func late(_ task: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        if let planHash, let plan = task.plan, planHash != plan.hash { throw Refusal.replaced(number: task.number) }
        if let decision = try transaction.lastDecision(on: task, planHash: planHash) {
            if decision.verdict == verdict.decided { return TaskOutcome(try transaction.view(of: task), isRepetition: true) }
            throw Refusal.alreadyDecided(decision, number: task.number)
        }
        throw AgentTask.IllegalTransition(task: task, event: verdict == .approve ? .approved : .revised)
    }
}

extension HubTransaction {
    /// The last decision that a person took on the task: on the plan of that hash if one is named, else on its result.
    package func lastDecision(on task: AgentTask, planHash: String? = nil) throws -> AgentTask.Decision? {
        if let planHash, task.plan?.hash == planHash { return task.plan?.decision }
        for event in try events.latest(on: .task(task.id), limit: 20).reversed() {
            switch event.fact.kind {
            case .taskApproved, .taskPlanApproved: return .init(.approved, by: event.fact.actor, at: event.at)
            case .taskRevised, .taskPlanRevised: return .init(.revised, by: event.fact.actor, at: event.at)
            case .taskPlanSubmitted, .taskSubmitted, .taskReleased, .taskRetried, .taskAssigned: return nil
            default: continue
            }
        }
        return nil
    }
}

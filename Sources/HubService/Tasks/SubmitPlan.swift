import Cryptography
import HubCore

/// An agent hands in its plan, for a person to approve.
package struct SubmitPlan: UseCase {
    package var report: AgentReport
    /// Any JSON.
    package var plan: JSONValue

    package init(_ report: AgentReport, plan: JSONValue) {
        (self.report, self.plan) = (report, plan)
    }

    package var right: Right { .permission(.report) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try report.subject(in: transaction) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        try checkSize(of: plan, named: "plan")
        let plan = AgentTask.Plan(content: plan, hash: Hex.encode(SHA256.digest(of: plan.bytes)), submittedAt: transaction.now)
        try checkText(plan.text, named: "plan", limit: maximumReportBytes)
        let project = try transaction.project(task.project)
        if task.state == .planReview, task.plan?.hash == plan.hash {
            return TaskOutcome(try transaction.view(of: task, in: project), isRepetition: true)
        }
        guard try transaction.tasks.openBlockers(of: task.id) == 0 else {
            throw HubError.conflict("task #\(task.number) waits for other tasks and cannot start yet")
        }
        let planFirst = task.needsPlan(in: project)
        let event = AgentTask.Event.planSubmitted(planFirst: planFirst)
        guard task.state.after(event) != nil else { throw AgentTask.IllegalTransition(task: task, event: event) }
        if task.state == .assigned { try transaction.move(&task, .started(planFirst: planFirst), as: .taskStarted) }
        task.plan = plan
        task.feedback = nil
        try transaction.move(&task, event, as: .taskPlanSubmitted, data: ["plan_hash": .string(plan.hash)])
        return TaskOutcome(try transaction.view(of: task, in: project))
    }
}

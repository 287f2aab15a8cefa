import HubCore
import HubStore

/// Something that somebody wants done. One type each, so that the gate, the record of what was handled and the transaction are
/// in one place (``Hub/run(_:as:once:)``) and a use case holds its own rules only.
package protocol UseCase: Sendable {
    /// What the use case is about, loaded before the gate decides.
    associatedtype Subject
    /// What came of it; kept with the request's key, so that a repetition is answered alike.
    associatedtype Outcome: Codable & Sendable

    /// Who may.
    var right: Right { get }

    func subject(in transaction: HubTransaction) throws -> Subject
    func scope(of subject: Subject) -> Scope
    func perform(on subject: Subject, in transaction: HubTransaction) throws -> Outcome
}

/// Something that somebody wants to know.
package protocol Query: Sendable {
    associatedtype Subject
    associatedtype Answer: Sendable

    static var permission: Permission { get }

    func subject(in transaction: HubTransaction) throws -> Subject
    func scope(of subject: Subject) -> Scope
    func answer(from subject: Subject, in transaction: HubTransaction) throws -> Answer
}

/// What the gate asks for.
package enum Right: Hashable, Sendable {
    /// A role of the person, or the rule for agents.
    case permission(Permission)
    /// The request carries a secret of its own (a code, a registration token), which the use case checks.
    case carriedSecret
    /// Only the hub itself: timers, start-up, the control socket.
    case hub
}

/// What a request touches, as far as the gate must know.
package struct Scope: Sendable {
    package var project: Project.ID?
    package var task: AgentTask?
    package var intervention: Intervention?
    /// The attempt of the task that it is about, where that is over.
    package var pastAttempt: Attempt?

    package init(project: Project.ID?, task: AgentTask? = nil, intervention: Intervention? = nil, pastAttempt: Attempt? = nil) {
        (self.project, self.task, self.intervention, self.pastAttempt) = (project, task, intervention, pastAttempt)
    }

    package static func task(_ task: AgentTask) -> Scope { Scope(project: task.project, task: task) }
}

extension UseCase where Subject == AgentTask {
    package func scope(of subject: AgentTask) -> Scope { .task(subject) }
}
extension UseCase where Subject == Project {
    package func scope(of subject: Project) -> Scope { Scope(project: subject.id) }
}
extension UseCase where Subject == Server {
    package func scope(of subject: Server) -> Scope { Scope(project: subject.project) }
}
extension UseCase where Subject == Void {
    package func subject(in transaction: HubTransaction) throws {}
    package func scope(of subject: Void) -> Scope { Scope(project: nil) }
}
extension Query where Subject == AgentTask {
    package func scope(of subject: AgentTask) -> Scope { .task(subject) }
}
extension Query where Subject == Project {
    package func scope(of subject: Project) -> Scope { Scope(project: subject.id) }
}

/// The outcome of a use case that has nothing to tell.
package struct Done: Codable, Sendable {
    package init() {}
}

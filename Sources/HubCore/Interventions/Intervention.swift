/// A question of an agent: to a human, and then its task needs one (NeedsHuman), or to another session, and then its task goes on.
package struct Intervention: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Intervention>

    package let id: ID
    package let project: Project.ID
    package let task: AgentTask.ID
    package let attempt: Int
    package let content: Content
    package let createdAt: Timestamp
    package private(set) var state: State = .pending
    package private(set) var answer: Answer?

    package enum State: String, CaseIterable, Hashable, Sendable, Codable {
        case pending, responded
        /// The task went on without an answer: it failed, or was released or cancelled.
        case withdrawn
    }

    package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        /// For a human only.
        case help
        /// Another agent may answer, too.
        case question
        /// For a human only: may I?
        case approval
    }

    package struct Option: Hashable, Sendable, Codable {
        package let id: String
        package let label: String

        package init(id: String, label: String) {
            (self.id, self.label) = (id, label)
        }
    }

    package struct Content: Hashable, Sendable, Codable {
        package var kind: Kind
        package var question: String
        package var context: String?
        package var options: [Option]
        package var urgency: String?
        /// What the hub answers when nobody else has by then.
        package var standby: Standby?
        /// The hub itself asks, because a cap is reached.
        package var spending: Spending?
        /// Another session is asked; `nil`: people are.
        package var target: Target?

        package static let maximumOptions = 20

        package init(
            kind: Kind, question: String, context: String? = nil, options: [Option] = [], urgency: String? = nil, standby: Standby? = nil,
            spending: Spending? = nil, target: Target? = nil
        ) {
            (self.kind, self.question, self.context) = (kind, question, context)
            (self.options, self.urgency, self.standby, self.spending) = (options, urgency, standby, spending)
            self.target = target
        }
    }

    /// The session that is asked (domain page, "Help"). Its agent may answer, beside those who may answer any question.
    package struct Target: Hashable, Sendable, Codable {
        package let session: Session.ID
        /// Where it runs.
        package let server: Server.ID
        /// The session's name.
        package let name: String

        package init(session: Session.ID, server: Server.ID, name: String) {
            (self.session, self.server, self.name) = (session, server, name)
        }
    }

    /// The answer that the agent itself declared for the case that nobody answers in time. Never for an approval.
    package struct Standby: Hashable, Sendable, Codable {
        /// 1…30 days, in seconds.
        package let seconds: Int
        /// The id or the label of one of the options.
        package let option: String

        package static let range = 1...2_592_000

        package init(seconds: Int, option: String) {
            (self.seconds, self.option) = (seconds, option)
        }
    }

    package struct Answer: Hashable, Sendable, Codable {
        package let text: String
        package let by: Actor
        package let at: Timestamp

        package init(text: String, by: Actor, at: Timestamp) {
            (self.text, self.by, self.at) = (text, by, at)
        }
    }

    /// What the hub will answer, and when; `nil` where only somebody else may.
    package var standby: (option: Option, due: Timestamp)? {
        guard content.kind != .approval, let standby = content.standby, let option = content.standbyOption else { return nil }
        return (option, createdAt + .seconds(standby.seconds))
    }

    package init(id: ID, task: AgentTask, content: Content, at now: Timestamp) {
        (self.id, project, self.task, attempt) = (id, task.project, task.id, task.attempt)
        (self.content, createdAt) = (content, now)
    }

    /// For the storage layer only: it checks nothing.
    package init(
        id: ID, project: Project.ID, task: AgentTask.ID, attempt: Int, content: Content, createdAt: Timestamp, state: State, answer: Answer?
    ) {
        (self.id, self.project, self.task, self.attempt, self.content) = (id, project, task, attempt, content)
        (self.createdAt, self.state, self.answer) = (createdAt, state, answer)
    }

    /// - Throws: ``AlreadyDecided`` if it is not pending.
    package mutating func respond(_ answer: Answer) throws(AlreadyDecided) {
        guard state == .pending else { throw AlreadyDecided(intervention: self) }
        (state, self.answer) = (.responded, answer)
    }

    package mutating func withdraw() {
        if state == .pending { state = .withdrawn }
    }

    package struct AlreadyDecided: Error, Hashable, Sendable, CustomStringConvertible {
        package let intervention: Intervention

        package init(intervention: Intervention) {
            self.intervention = intervention
        }

        package var description: String {
            guard let answer = intervention.answer else { return "this question was withdrawn: the task went on without an answer" }
            return "already answered by \(answer.by.name)"
        }
    }
}

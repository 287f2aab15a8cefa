/// Something that the hub creates again and again: a task or a pipeline. `S2` for people.
package struct Schedule: Hashable, Sendable {
    package typealias ID = Identifier<Schedule>

    package let id: ID
    package let project: Project.ID
    /// From 1 in each project.
    package let number: Int
    package let name: String
    package let cron: CronExpression
    /// IANA name, as in `Europe/Berlin`.
    package let timeZone: String
    package let catchUp: CatchUp
    /// One task is a pipeline of one.
    package let pipeline: Pipeline
    package let createdBy: Actor
    package let createdAt: Timestamp
    /// The next instant; `nil` while it is paused, and if there is none.
    package var due: Timestamp?
    package var isPaused: Bool
    package var lastFired: Timestamp?

    package init(
        id: ID, project: Project.ID, number: Int, name: String, cron: CronExpression, timeZone: String, catchUp: CatchUp,
        pipeline: Pipeline, createdBy: Actor, createdAt: Timestamp, due: Timestamp?, isPaused: Bool = false, lastFired: Timestamp? = nil
    ) {
        (self.id, self.project, self.number, self.name) = (id, project, number, name)
        (self.cron, self.timeZone, self.catchUp, self.pipeline) = (cron, timeZone, catchUp, pipeline)
        (self.createdBy, self.createdAt, self.due) = (createdBy, createdAt, due)
        (self.isPaused, self.lastFired) = (isPaused, lastFired)
    }

    /// What becomes of instants that passed while the hub was away.
    package enum CatchUp: String, CaseIterable, Hashable, Sendable, Codable {
        /// None of them.
        case skip
        /// One time for all.
        case once
        /// Each, at most ``maximumCaughtUp``, the first ones.
        case all
    }

    package static let maximumCaughtUp = 10
    /// Later than this counts as missed; a busy hub is not a missed instant.
    package static let grace: Duration = .seconds(300)
}

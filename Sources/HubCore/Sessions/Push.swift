/// A message of the hub to a server's daemon that is not lost: stored with what caused it, sent in order, and either delivered or
/// dropped with a reason that people can read.
package struct Push: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Push>

    /// The `message_id` on the wire.
    package let id: ID
    /// The order among a server's pushes.
    package let number: Int64
    package let server: Server.ID
    package let session: Session.ID
    package let task: AgentTask.ID?
    package let kind: Kind
    /// The message's fields but `type` and `message_id` (agent protocol, sections 6.3 and 6.4).
    package let payload: JSONValue
    package let createdAt: Timestamp
    package var sentAt: Timestamp?
    package var state: State

    package init(
        id: ID, number: Int64, server: Server.ID, session: Session.ID, task: AgentTask.ID?, kind: Kind, payload: JSONValue,
        createdAt: Timestamp, sentAt: Timestamp? = nil, state: State = .queued
    ) {
        (self.id, self.number, self.server, self.session, self.task) = (id, number, server, session, task)
        (self.kind, self.payload, self.createdAt, self.sentAt, self.state) = (kind, payload, createdAt, sentAt, state)
    }

    /// The message's `type`.
    package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        case sessionStart = "session_start"
        case sessionClose = "session_close"
        case taskAssigned = "task_assigned"
        case planApproved = "plan_approved"
        case planRevision = "plan_revision"
        case interventionResponse = "intervention_response"
        case interventionForSession = "intervention_for_session"
        case taskNote = "task_note"
        case taskUpdated = "task_updated"

        /// Makes and ends terminals, and is answered by the server's word on the session. All others are typed into one.
        package var isLifecycle: Bool { self == .sessionStart || self == .sessionClose }
    }

    package enum State: Hashable, Sendable, Codable {
        case queued
        /// On its way, and not confirmed.
        case sent
        case delivered
        case dropped(String)
    }

    /// What was not delivered by then is dropped.
    package static let life: Duration = .seconds(7 * 24 * 3600)
}

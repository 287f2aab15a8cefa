/// What a hook on a server decided about one use of a tool (agent protocol, section 8.7). All of it is the agents' word.
package struct PermissionEntry: Hashable, Sendable, Codable {
    package let server: Server.ID
    package let session: String?
    package let tool: String
    /// What the tool was to be used on, as JSON; shortened and without secrets.
    package let input: String
    package let decision: Decision
    package let rule: String?
    package let reason: String?
    package let agent: String?
    /// By the server's clock.
    package let decidedAt: String?
    package let receivedAt: Timestamp

    package enum Decision: String, CaseIterable, Hashable, Sendable, Codable { case allowed, denied, asked }

    package init(
        server: Server.ID, session: String?, tool: String, input: String, decision: Decision, rule: String?, reason: String?,
        agent: String?, decidedAt: String?, receivedAt: Timestamp
    ) {
        (self.server, self.session, self.tool, self.input, self.decision) = (server, session, tool, input, decision)
        (self.rule, self.reason, self.agent) = (rule, reason, agent)
        (self.decidedAt, self.receivedAt) = (decidedAt, receivedAt)
    }

    /// Entries taken from one report; what is more is passed over.
    package static let maximumReport = 1000
    /// A project keeps this many, the latest.
    package static let maximumKept = 50_000
    package static let keepingTime: Duration = .seconds(30 * 24 * 3600)
}

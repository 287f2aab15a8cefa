import HubCore

/// Whose `X-API-Key` it is: a server's own key, or that of one of its sessions.
package struct AgentIdentity: Sendable {
    package let server: Server
    /// Set for a session's key, which may touch only that session's task.
    package let session: Session.ID?

    package init(server: Server, session: Session.ID? = nil) {
        (self.server, self.session) = (server, session)
    }
}

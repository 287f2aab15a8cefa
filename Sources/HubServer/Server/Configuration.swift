import HubCore
import HummingbirdCore

extension HubServer {
    package struct Configuration: Sendable {
        package var host: String
        /// 0: the kernel chooses.
        package var port: Int
        /// Of the hub, as `health` shows it.
        package var version: String
        package var health: any HealthSource
        package var connections: ConnectionLimits
        /// The WebSockets of agents.
        package var agents: any AgentConnections = NoAgentConnections()
        package var terminals: any SessionTerminals = NoSessionTerminals()
        /// What the WebSockets of agents pass files through; `nil`: one that reaches ``agents``.
        package var relay: TransferRelay?
        /// Where the programs lie that a new server downloads; `nil`: nowhere.
        package var programs: String?
        /// What is served besides HTTP.
        package var webSockets: [WebSocketRoute]
        /// Requests that are under way when the server is told to stop have this long.
        package var drainTime: Duration
        /// Puts TLS around plain HTTP/1.1, for example.
        package var wrap: @Sendable (HTTPServerBuilder) throws -> HTTPServerBuilder

        package init(
            host: String, port: Int, version: String, health: any HealthSource, connections: ConnectionLimits = ConnectionLimits(),
            webSockets: [WebSocketRoute] = [], drainTime: Duration = .seconds(10),
            wrap: @escaping @Sendable (HTTPServerBuilder) throws -> HTTPServerBuilder = { $0 }
        ) {
            (self.host, self.port, self.version, self.health) = (host, port, version, health)
            (self.connections, self.webSockets, self.drainTime, self.wrap) = (connections, webSockets, drainTime, wrap)
        }
    }
}

/// What one client may take.
package struct ConnectionLimits: Sendable {
    /// Of HTTP; more wait until one ends.
    package var maximumConnections: Int
    /// Of WebSockets, which do not count as HTTP; more are refused with 503.
    package var maximumWebSockets: Int
    /// Of all kinds, as files that the process may have open go; more wait until one ends.
    package var maximumOpen = Int.max
    /// A connection that sends no whole request head for this long is closed.
    package var idleTime: Duration
    /// From the head of a request to the end of its body.
    package var bodyTime: Duration
    /// Longest body, in bytes.
    package var maximumBody: Int
    /// Longest body that any address takes, in bytes.
    package let maximumUpload = HubFile.maximumSentSize + (64 << 10)
    /// A body of some length has another second for each of so many bytes.
    package let slowestUpload = 256 << 10
    /// The same where no key is needed.
    package let maximumOpenBody = 128 << 10

    package init(
        maximumConnections: Int = 8192, maximumWebSockets: Int = 20_000, idleTime: Duration = .seconds(75),
        bodyTime: Duration = .seconds(30), maximumBody: Int = 2 << 20
    ) {
        (self.maximumConnections, self.maximumWebSockets, self.idleTime) = (maximumConnections, maximumWebSockets, idleTime)
        (self.bodyTime, self.maximumBody) = (bodyTime, maximumBody)
    }
}

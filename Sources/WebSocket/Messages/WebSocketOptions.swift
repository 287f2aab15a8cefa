import NIOCore

/// What one end of a connection takes, and how long it waits.
package struct WebSocketOptions: Sendable {
    /// Longest message, in bytes of payload; a longer one closes the connection with 1009.
    package var maximumMessage: Int
    /// Most frames of one message; more of them close the connection with 1009.
    package var maximumFragments = 1024
    /// Reading pauses while this many bytes wait for the consumer, and goes on below half of it.
    package var unreadBytes = 256 << 10
    /// `nil`: no pings of our own; those of the peer are always answered.
    package var pingInterval: Duration? = .seconds(20)
    /// From the ping's way to the kernel until something, whatever it is, must have come from the peer.
    package var pongTimeout: Duration = .seconds(20)
    /// How long a peer may take nothing of what we send, seen at the next ping.
    package var stallTimeout: Duration = .seconds(60)
    /// The closing handshake ends within this time, whatever the peer does.
    package var closeTimeout: Duration = .seconds(5)

    package init(maximumMessage: Int) {
        self.maximumMessage = maximumMessage
    }

    /// Messages of up to 32 MiB (agent protocol, section 6.1: screens, listings and results of an agent may be large).
    package static let server = WebSocketOptions(maximumMessage: 32 << 20)
    /// Messages of up to 1 MiB, the most that the hub sends (agent protocol, section 6.1).
    package static let client = WebSocketOptions(maximumMessage: 1 << 20)
}

package enum WebSocketRole: Sendable { case server, client }

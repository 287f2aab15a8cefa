/// How a connection ended.
package struct WebSocketClosure: Hashable, Sendable {
    package enum Origin: Sendable {
        /// This end closed it, be it because the peer broke the protocol.
        case local
        case peer
        /// The connection broke: there was no closing handshake.
        case network
    }

    package var code: UInt16
    package var reason: String
    package var origin: Origin

    package init(code: UInt16, reason: String, origin: Origin) {
        (self.code, self.reason, self.origin) = (code, reason, origin)
    }
}

/// Close codes of RFC 6455, section 7.4.1.
package enum WebSocketCloseCode {
    package static let normal: UInt16 = 1000
    package static let goingAway: UInt16 = 1001
    package static let protocolError: UInt16 = 1002
    package static let unsupportedData: UInt16 = 1003
    /// Stands for a close frame without a code; never sent.
    package static let noStatus: UInt16 = 1005
    /// Stands for a connection that broke; never sent.
    package static let abnormal: UInt16 = 1006
    package static let invalidPayload: UInt16 = 1007
    package static let policyViolation: UInt16 = 1008
    package static let messageTooBig: UInt16 = 1009
    package static let internalError: UInt16 = 1011

    /// Whether the code may stand in a close frame (RFC 6455, section 7.4, and the registry that it founds).
    static func isSendable(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

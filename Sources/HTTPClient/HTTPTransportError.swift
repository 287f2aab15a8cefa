/// Why no answer came. Holds no URL, since a bot's URLs hold its token.
package struct HTTPTransportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Whether the server can have seen the request.
    package enum Delivery: Sendable, Equatable {
        /// No whole request left, so it cannot have been carried out: repeating is safe.
        case notSent
        /// It may have been carried out, although no answer came.
        case maybeSent
    }

    package enum Reason: Sendable, Equatable {
        /// The URL is malformed, or of a scheme that is not allowed there.
        case unsupportedURL
        case nameNotResolved, connectionRefused, tlsFailed, proxyFailed
        case timedOut
        /// The connection broke, or ended before a whole answer had come.
        case connectionLost
        /// A connection kept from before had died under the request, which must not be repeated by itself.
        case staleConnection
        case answerTooLarge
        case other
    }

    package let delivery: Delivery
    package let reason: Reason
    /// libcurl's `CURLcode`; 0 where libcurl was not reached.
    package let code: Int
    /// libcurl's name for the code.
    package let detail: String

    package init(_ delivery: Delivery, _ reason: Reason, code: Int = 0, detail: String = "") {
        (self.delivery, self.reason, self.code, self.detail) = (delivery, reason, code, detail)
    }

    package var description: String {
        let sent = delivery == .notSent ? "nothing was sent" : "it may have been carried out"
        return detail.isEmpty ? "\(reason) (\(sent))" : "\(reason): \(detail) (\(sent))"
    }
}

import Foundation

/// Something that carries one HTTP request to its server and brings the answer back.
package protocol HTTPTransport: Sendable {
    /// Sends `request` and returns whatever the server answered, with any status.
    ///
    /// - Throws: ``HTTPTransportError``, or `CancellationError` when the task was cancelled or the transport shut down.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}

package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// What one exchange may take before it is given up.
    package struct Limits: Sendable, Equatable {
        /// From the start to the last byte of the answer; `nil`: only ``stall`` ends it.
        package var total: Duration?
        /// Longest time with less than one byte a second in either direction.
        package var stall: Duration?
        /// Until a connection (and its TLS) stands.
        package var connect: Duration
        /// Largest decoded body of the answer, in bytes.
        package var answerBytes: Int
        /// A connection older than this, or idle for longer than two thirds of it, is not used again; `nil`: the transport's default.
        package var connectionLifetime: Duration?
        /// Bytes that are read at a time, and held for as long as the exchange lasts: fewer for one that mostly waits.
        package var readBytes = 16 << 10

        package init(
            total: Duration? = .seconds(30), stall: Duration? = nil, connect: Duration = .seconds(10), answerBytes: Int = 8 << 20,
            connectionLifetime: Duration? = .seconds(30)
        ) {
            (self.total, self.stall, self.connect) = (total, stall, connect)
            (self.answerBytes, self.connectionLifetime) = (answerBytes, connectionLifetime)
        }
    }

    package var url: String
    package var method: Method
    package var headers: [(name: String, value: String)]
    package var body: Data?
    /// Whether doing it twice does no harm. If not, the transport never repeats it by itself, not even on a connection that had died.
    package var isRepeatable: Bool
    package var limits: Limits

    package init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: Data? = nil, isRepeatable: Bool,
        limits: Limits = Limits()
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        (self.isRepeatable, self.limits) = (isRepeatable, limits)
    }
}

package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Data

    package init(status: Int, headers: [(name: String, value: String)] = [], body: Data = Data()) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The first header called `name`, compared without case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.caseInsensitiveCompare(name) == .orderedSame }?.value
    }
}

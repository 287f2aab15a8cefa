import HTTPTypes
import HubCore
import HubService

/// A whole HTTP response.
struct Reply: Sendable {
    var status: Int
    var headers: HTTPFields
    var bytes: [UInt8]
    /// Follows instead of `bytes` where it is set.
    var stream: Stream?

    /// A body that is read while it is sent.
    struct Stream: Sendable {
        /// In bytes.
        let length: Int
        /// The pieces from 0 on; `nil` behind the last. An error, or too few bytes, ends the connection.
        let piece: @Sendable (Int) async throws -> [UInt8]?
    }

    /// What looks like a secret in it is masked.
    init(status: Int = 200, _ json: JSONValue, headers: HTTPFields = [:]) {
        self.init(status: status, verbatim: Redactor.redact(json), headers: headers)
    }

    /// As it is: for what was masked piece by piece, and for the one whom it is addressed to.
    init(status: Int = 200, verbatim json: JSONValue, headers: HTTPFields = [:]) {
        self.init(status: status, type: "application/json", bytes: json.bytes, headers: headers)
    }

    init(status: Int, type: String, bytes: [UInt8], headers: HTTPFields = [:]) {
        (self.status, self.bytes, self.headers) = (status, bytes, headers)
        self.headers[.contentType] = type
        self.headers[.contentLength] = String(bytes.count)
        self.headers[.cacheControl] = "no-store"
        self.headers[.xContentTypeOptions] = "nosniff"
    }

    init(type: String, stream: Stream, headers: HTTPFields = [:]) {
        self.init(status: 200, type: type, bytes: [], headers: headers)
        self.stream = stream
        self.headers[.contentLength] = String(stream.length)
    }

    /// - Parameter date: the value of the `Date` header.
    func head(at date: String) -> HTTPResponse {
        var headers = headers
        headers[.date] = date
        return HTTPResponse(status: .init(code: status), headerFields: headers)
    }
}

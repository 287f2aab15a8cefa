import Foundation
import HTTPClient

/// One bot's calls to the Bot API (https://core.telegram.org/bots/api). Keeps no state: what may be sent when, and again, is for the caller.
///
/// Every method throws ``BotAPIError``, or `CancellationError`. Neither ever holds the token.
package struct BotAPIClient: Sendable {
    package static let defaultBaseURL = "https://api.telegram.org"
    package static let defaultFileURL = "https://api.telegram.org/file"

    package let token: BotToken
    private let transport: any HTTPTransport
    private let baseURL: String
    private let fileURL: String

    /// - Parameters:
    ///   - baseURL: what comes before `/bot<token>/<method>`.
    ///   - fileURL: what comes before `/bot<token>/<file path>`.
    package init(
        token: BotToken, transport: any HTTPTransport, baseURL: String = Self.defaultBaseURL, fileURL: String = Self.defaultFileURL
    ) {
        (self.token, self.transport) = (token, transport)
        self.baseURL = Self.withoutSlash(baseURL)
        self.fileURL = Self.withoutSlash(fileURL)
    }

    private static func withoutSlash(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }

    /// Calls any method and decodes its result.
    package func call<Result: Decodable>(_ call: MethodCall, returning: Result.Type = Result.self) async throws -> Result {
        let json = try await rawResult(of: call)
        do {
            return try JSONDecoder().decode(Result.self, from: json)
        } catch {
            throw BotAPIError.server(status: 200, description: "\(call.method): the result has an unknown shape")
        }
    }

    /// Calls any method and returns its result as JSON.
    package func rawResult(of call: MethodCall) async throws -> Data {
        let body = call.body
        let request = HTTPRequest(
            .post, "\(baseURL)/bot\(token.secret)/\(call.method)", headers: [("Content-Type", body.contentType)], body: body.data,
            isRepeatable: call.isRepeatable, limits: call.limits)
        return try APIAnswer.result(of: try await send(request))
    }

    /// Reads a file that ``file(_:)`` named, whole.
    ///
    /// - Parameter limit: largest size in bytes; more is ``BotAPIError/tooLarge(_:)``.
    package func download(_ file: FileReference, limit: Int = 20 << 20) async throws -> Data {
        guard let path = file.path, !path.hasPrefix("/"), !path.split(separator: "/").contains(".."),
            let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        else { throw BotAPIError.rejected(status: 400, description: "the file has no path that can be read over the network") }
        if let size = file.size, size > Int64(limit) { throw BotAPIError.tooLarge("the file has \(size) bytes, more than \(limit)") }
        let request = HTTPRequest(
            .get, "\(fileURL)/bot\(token.secret)/\(escaped)", isRepeatable: true,
            limits: .init(total: nil, stall: .seconds(30), answerBytes: limit))
        let response = try await send(request)
        guard response.status == 200 else {
            _ = try APIAnswer.result(of: response)
            throw BotAPIError.server(status: response.status, description: "not a file")
        }
        return response.body
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        do {
            return try await transport.send(request)
        } catch let error as HTTPTransportError where error.reason == .answerTooLarge && request.method == .get {
            throw BotAPIError.tooLarge("the file is larger than allowed")
        } catch let error as HTTPTransportError {
            throw BotAPIError.transport(error)
        }
    }
}

import Foundation
import HTTPClient

extension BotAPIError {
    /// What a refusal means.
    ///
    /// - Parameters:
    ///   - status: the answer's `error_code`, which is its HTTP status too.
    ///   - retryAfter: `parameters.retry_after`, or else the header `Retry-After`, in seconds.
    ///   - migratedTo: `parameters.migrate_to_chat_id`.
    package init(status: Int, description: String, retryAfter: Int? = nil, migratedTo: Int64? = nil) {
        let text = BotToken.redacting(String(description.prefix(300)))
        if let migratedTo {
            self = .migrated(to: migratedTo)
        } else if status == 429 {
            // Without a figure: a second, as every budget of the API refills within one or says otherwise. Above a day it is nonsense.
            self = .retryAfter(min(max(retryAfter ?? Self.seconds(in: text) ?? 1, 1), 86_400))
        } else if let known = ErrorTable.meaning(of: text, status: status) {
            self = known
        } else {
            switch status {
            case 401: self = .unauthorized
            case 404: self = .methodUnknown
            case 409: self = .conflict(.otherPoller)
            case 413: self = .tooLarge(text)
            case 500...: self = .server(status: status, description: text)
            default: self = .rejected(status: status, description: text)
            }
        }
    }

    /// An answer that is not the API's JSON.
    static func unreadable(_ response: HTTPResponse) -> BotAPIError {
        switch response.status {
        case 429:
            return .init(status: 429, description: "", retryAfter: response.header("Retry-After").flatMap { Int($0) })
        case 413: return .tooLarge("the server refused the size")
        default: return .server(status: response.status, description: "the answer is not JSON, or was cut (\(response.body.count) bytes)")
        }
    }

    /// The figure of "Too Many Requests: retry after 5".
    private static func seconds(in text: String) -> Int? {
        guard let range = text.range(of: "retry after ") else { return nil }
        return Int(text[range.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }
}

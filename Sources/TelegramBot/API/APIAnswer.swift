import Foundation
import HTTPClient

/// The envelope of every answer: `{"ok":true,"result":…}` or `{"ok":false,"error_code":…,"description":…,"parameters":{…}}`.
enum APIAnswer {
    /// The bytes of `result`.
    ///
    /// - Throws: ``BotAPIError``. A page in HTML or a cut answer is ``BotAPIError/server(status:description:)``.
    static func result(of response: HTTPResponse) throws(BotAPIError) -> Data {
        guard let members = try? JSONSlices.members(of: response.body), let ok = members["ok"] else {
            throw BotAPIError.unreadable(response)
        }
        if ok.elementsEqual("true".utf8), (200..<300).contains(response.status) {
            guard let result = members["result"] else { throw BotAPIError.unreadable(response) }
            return result
        }
        guard ok.elementsEqual("false".utf8) else { throw BotAPIError.unreadable(response) }
        guard let failure = try? JSONDecoder().decode(Failure.self, from: response.body) else { throw BotAPIError.unreadable(response) }
        throw BotAPIError(
            status: failure.code ?? response.status, description: failure.description ?? "",
            retryAfter: failure.retryAfter ?? response.header("Retry-After").flatMap { Int($0) }, migratedTo: failure.migratedTo)
    }

    private struct Failure: Decodable {
        var code: Int?
        var description: String?
        var retryAfter: Int?
        var migratedTo: Int64?

        private enum Key: String, CodingKey {
            case code = "error_code"
            case description, parameters
            case retryAfter = "retry_after"
            case migratedTo = "migrate_to_chat_id"
        }

        init(from decoder: any Decoder) throws {
            let answer = try decoder.container(keyedBy: Key.self)
            code = answer.lenient(Int.self, .code)
            description = answer.lenient(String.self, .description)
            let parameters = try? answer.nestedContainer(keyedBy: Key.self, forKey: .parameters)
            retryAfter = parameters?.lenient(Int.self, .retryAfter)
            migratedTo = parameters?.lenient(Int64.self, .migratedTo)
        }
    }
}

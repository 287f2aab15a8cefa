import Foundation
import HTTPClient
import HubCore

/// Requests to the hub and their answers (agent protocol, section 2).
struct HubConnection: Sendable {
    let settings: AgentSettings
    let transport: any HTTPTransport
    let retryPauses: [Duration]

    static let timeLimit: Duration = .seconds(30)

    func get(_ path: String, query: [(String, String?)] = [], within limit: Duration = timeLimit) async throws -> JSONValue {
        try await send(.get, path + Self.text(of: query), nil, within: limit)
    }

    func post(_ path: String, _ body: JSONValue?) async throws -> JSONValue { try await send(.post, path, body) }
    func put(_ path: String, _ body: JSONValue) async throws -> JSONValue { try await send(.put, path, body) }
    func delete(_ path: String) async throws -> JSONValue { try await send(.delete, path, nil) }

    /// Sends the request, again if it got lost: a POST carries an `Idempotency-Key`, so that it takes effect once (section 12).
    ///
    /// - Throws: ``Failure``
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSONValue?, within limit: Duration = timeLimit) async throws
        -> JSONValue
    {
        var headers = [("X-API-Key", settings.key), ("Content-Type", "application/json"), ("Accept-Encoding", "identity")]
        if method == .post { headers.append(("Idempotency-Key", Identifier<HubConnection>.random().text)) }
        let request = HTTPRequest(
            method, settings.hub + path, headers: headers.map { (name: $0.0, value: $0.1) }, body: body.map { Data($0.bytes) },
            isRepeatable: false, limits: .init(total: limit, connect: .seconds(10), answerBytes: 64 << 20))
        var pauses = retryPauses[...]
        while true {
            do {
                return try Self.content(of: try await transport.send(request))
            } catch let error as HTTPTransportError {
                guard error.mayPass, let pause = pauses.popFirst() else { throw unreachable(error) }
                try await Task.sleep(for: pause)
            }
        }
    }

    /// - Throws: ``Failure/refused(status:detail:)``
    private static func content(of response: HTTPResponse) throws -> JSONValue {
        let json = try? JSONValue(parsing: Array(response.body))
        guard (200..<300).contains(response.status) else {
            throw Failure.refused(status: response.status, detail: detail(json, response))
        }
        if response.body.isEmpty { return .null }
        guard let json else {
            throw Failure.sentence(
                "the hub's answer is no JSON: is the address in hub_url that of a hub? It begins: \(beginning(of: response.body))")
        }
        return json
    }

    private static func detail(_ json: JSONValue?, _ response: HTTPResponse) -> String {
        var text: String
        switch json?["detail"] {
        case .string(let detail): text = detail
        case .some(let other): text = other.text
        case nil where (300..<400).contains(response.status):
            text = "redirected to \(response.header("Location") ?? "another address"): put the final address into hub_url"
        case nil: text = response.body.isEmpty ? "no reason was given" : beginning(of: response.body)
        }
        for fault in json?["faults"]?.array ?? [] {
            text += "\n  \(fault["path"]?.string ?? fault["key"]?.string ?? ""): \(fault["message"]?.string ?? fault.text)"
        }
        return text
    }

    private static func beginning(of body: Data) -> String {
        Console.harmless(String(decoding: body.prefix(300), as: UTF8.self))
    }

    private func unreachable(_ error: HTTPTransportError) -> Failure {
        let check =
            switch error.reason {
            case .unsupportedURL: "this is no address that can be asked: check hub_url"
            case .nameNotResolved: "the name is not known: check hub_url, and this machine's DNS"
            case .connectionRefused: "nothing answers there: check that the hub runs (orchestratia-hub serve), and hub_url"
            case .tlsFailed:
                "the certificate is not trusted: install it, or set ORCHESTRATIA_INSECURE_TLS=1 if you know why"
            case .proxyFailed: "the proxy does not answer: check http_proxy and https_proxy"
            case .timedOut: "no answer in time: check the network between this machine and the hub"
            case .connectionLost, .staleConnection: "the connection broke off"
            case .answerTooLarge: "the answer is larger than 64 MiB"
            case .other: error.detail
            }
        let doubt = error.delivery == .maybeSent ? ". It may have been carried out: `orchestratia task view ID` shows it" : ""
        return .unreachable("cannot reach the hub at \(settings.hub): \(check)\(doubt)")
    }

    private static func text(of query: [(String, String?)]) -> String {
        let items = query.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.encode($0))" } }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&")
    }
}

extension HTTPTransportError {
    /// Trying again has a chance: the hub restarts, or the network broke for a moment.
    fileprivate var mayPass: Bool {
        switch reason {
        case .connectionRefused, .connectionLost, .staleConnection: true
        case .unsupportedURL, .nameNotResolved, .tlsFailed, .proxyFailed, .timedOut, .answerTooLarge, .other: false
        }
    }
}

/// The unreserved characters of RFC 3986 stay, everything else is encoded.
enum PercentEncoding {
    static func encode(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                out += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return out
    }
}

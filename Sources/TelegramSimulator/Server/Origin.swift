import Foundation
import HTTPTypes

/// Where a request comes from, as far as a browser tells.
enum Origin {
    private static let names: Set<String> = ["127.0.0.1", "localhost", "[::1]"]

    /// Whether `host` (with or without port) means this machine. Another name that resolves to it would let a foreign page in
    /// (DNS rebinding).
    static func isLocal(host: String?) -> Bool {
        guard let host = host?.lowercased() else { return false }
        if names.contains(host) { return true }
        guard let colon = host.lastIndex(of: ":") else { return false }
        return names.contains(String(host[..<colon])) && host[host.index(after: colon)...].allSatisfy(\.isNumber)
    }

    /// Whether a page of ours, or no page at all, sends the request.
    static func isOwn(_ request: HTTPRequest) -> Bool {
        if let site = request.headerFields[.secFetchSite], site != "same-origin", site != "none" { return false }
        guard let origin = request.headerFields[.origin] else { return true }
        return origin.lowercased() == "http://\(request.authority ?? "")".lowercased()
    }
}

extension HTTPField.Name {
    // These literals are valid names; the fallback is never used.
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
    static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .ifMatch
}

import Foundation

/// An HTTP proxy that is asked to `CONNECT` (RFC 9110, section 9.3.6).
package struct WebSocketProxy: Hashable, Sendable {
    /// The environment names a proxy that cannot be used: of another kind than HTTP, or malformed. The address is not repeated: it
    /// may hold a password.
    package struct Unusable: Error, Hashable, CustomStringConvertible {
        package let variable: String
        package var description: String { "the proxy in \(variable) cannot be used: it must be http://[user:password@]host[:port]" }
    }

    package let host: String
    package let port: Int
    /// Value of `Proxy-Authorization`.
    let authorization: String?

    /// - Parameter address: `http://[user:password@]host[:port]`, or without the scheme; the port is 80 where there is none, as with curl's
    ///   rule for a scheme that is given, and 1080 is never guessed.
    package init?(_ address: String) {
        var rest = Substring(address)
        if let scheme = rest.firstRange(of: "://") {
            guard rest[..<scheme.lowerBound].lowercased() == "http" else { return nil }
            rest = rest[scheme.upperBound...]
        }
        rest = rest[..<(rest.firstIndex(of: "/") ?? rest.endIndex)]
        if let at = rest.lastIndex(of: "@") {
            let user = rest[..<at]
            let colon = user.firstIndex(of: ":") ?? user.endIndex
            guard let name = String(user[..<colon]).removingPercentEncoding,
                let password = String(user[colon...].dropFirst()).removingPercentEncoding
            else { return nil }
            authorization = "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()
            rest = rest[rest.index(after: at)...]
        } else {
            authorization = nil
        }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let (host, port) = WebSocketEndpoint.hostAndPort(rest) else { return nil }
        (self.host, self.port) = (host, port ?? 80)
    }

    /// The proxy that the environment asks for: `https_proxy` or `http_proxy`, else `all_proxy`, unless `no_proxy` excepts the host.
    /// Names in lower case go before the same in upper case.
    ///
    /// - Throws: ``Unusable``
    package static func chosen(for endpoint: WebSocketEndpoint, environment: [String: String]) throws(Unusable) -> WebSocketProxy? {
        func value(_ name: String) -> (name: String, text: String)? {
            for name in [name, name.uppercased()] {
                if let text = environment[name], !text.isEmpty { return (name, text) }
            }
            return nil
        }
        if let exceptions = value("no_proxy"), excepts(exceptions.text, endpoint) { return nil }
        guard let setting = value(endpoint.isSecure ? "https_proxy" : "http_proxy") ?? value("all_proxy") else { return nil }
        guard let proxy = WebSocketProxy(setting.text) else { throw Unusable(variable: setting.name) }
        return proxy
    }

    /// Whether a list like `localhost,.example.org,10.0.0.1:8080,10.0.0.0/8,*` names the endpoint. A name stands for its subdomains too.
    private static func excepts(_ list: String, _ endpoint: WebSocketEndpoint) -> Bool {
        let host = endpoint.host.lowercased()
        for item in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
            if item == "*" { return true }
            if isInNetwork(host, item) { return true }
            // An IPv6 address may stand there without brackets.
            if item.lowercased() == host { return true }
            guard let (name, port) = WebSocketEndpoint.hostAndPort(item), port == nil || port == endpoint.port else { continue }
            let domain = name.lowercased().drop { $0 == "." || $0 == "*" }
            if !domain.isEmpty, host == domain || host.hasSuffix("." + domain) { return true }
        }
        return false
    }

    private static func isInNetwork(_ host: String, _ network: Substring) -> Bool {
        let parts = network.split(separator: "/")
        guard parts.count == 2, let bits = Int(parts[1]), (0...32).contains(bits), let base = ipv4(parts[0]), let address = ipv4(host)
        else {
            return false
        }
        return bits == 0 || (base ^ address) >> (32 - bits) == 0
    }

    private static func ipv4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(0 as UInt32?) { number, part in
            guard let number, let part else { return nil }
            return number << 8 | UInt32(part)
        }
    }
}

/// Where a WebSocket is served: a hub's address with the scheme swapped, and a path behind it (agent protocol, section 6.1).
package struct WebSocketEndpoint: Hashable, Sendable {
    package let host: String
    package let port: Int
    /// `wss`.
    package let isSecure: Bool
    /// With the prefix that the hub's address has.
    package let path: String

    /// - Parameters:
    ///   - hub: `http(s)://host[:port][/prefix]`, or the same with `ws(s)`; slashes at the end do not count.
    ///   - path: `/ws/server`, for example.
    package init?(hub: String, path: String) {
        guard let (scheme, rest) = hub.split(at: "://"), hub.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        switch scheme.lowercased() {
        case "http", "ws": isSecure = false
        case "https", "wss": isSecure = true
        default: return nil
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var prefix = rest[slash...]
        while prefix.last == "/" { prefix.removeLast() }
        guard !rest.contains(where: { "?#@\\".contains($0) }), let (host, port) = Self.hostAndPort(rest[..<slash]) else { return nil }
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        self.path = prefix + path
    }

    /// Takes `host`, `host:port`, `[::1]` and `[::1]:port` apart.
    static func hostAndPort(_ text: Substring) -> (host: String, port: Int?)? {
        let host: Substring
        let rest: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            (host, rest) = (text[..<colon], text[colon...])
        }
        guard !host.isEmpty else { return nil }
        guard !rest.isEmpty else { return (String(host), nil) }
        guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
        return (String(host), Int(port))
    }

    private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }
    /// Of the `Host` field: the port only where it is not the usual one.
    var authority: String { port == (isSecure ? 443 : 80) ? bracketedHost : hostWithPort }
    /// What a proxy is asked for.
    var hostWithPort: String { "\(bracketedHost):\(port)" }
}

extension StringProtocol where SubSequence == Substring {
    fileprivate func split(at mark: String) -> (Substring, Substring)? {
        guard let range = firstRange(of: mark) else { return nil }
        return (self[..<range.lowerBound], self[range.upperBound...])
    }
}

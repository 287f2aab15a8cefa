import Foundation

/// How ``CurlMultiLoop`` reaches the network.
package struct CurlSettings: Sendable {
    /// Which addresses of a host are tried. A machine with a broken IPv6 route wants `.ipv4`.
    package enum AddressFamily: Sendable { case any, ipv4, ipv6 }

    package struct Proxy: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
        /// `socks5h://host:port` (names are resolved at the proxy) or `http://host:port`, without user and password.
        package var url: String
        package var user: String?
        package var password: String?

        package init(url: String, user: String? = nil, password: String? = nil) {
            (self.url, self.user, self.password) = (url, user, password)
        }

        /// Takes `scheme://[user[:password]@]host:port` apart; user and password may be percent-encoded.
        ///
        /// - Returns: `nil` unless the scheme is `socks5h`, `socks5`, `http` or `https` and there is a host.
        package init?(_ text: String) {
            guard var parts = URLComponents(string: text.trimmingCharacters(in: .whitespacesAndNewlines)),
                ["socks5h", "socks5", "http", "https"].contains(parts.scheme?.lowercased()), let host = parts.host, !host.isEmpty
            else { return nil }
            (user, password) = (parts.user, parts.password)
            (parts.user, parts.password, parts.path) = (nil, nil, "")
            guard let url = parts.string else { return nil }
            self.url = url
        }

        package var description: String { "proxy" }
        package var debugDescription: String { description }
    }

    package var proxy: Proxy?
    /// Without a ``proxy``: whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` of the environment count.
    package var usesEnvironmentProxies: Bool
    /// Whether `http` is allowed beyond this machine.
    package var allowsPlainHTTP: Bool
    /// Whether the server's certificate must be trusted and name the server.
    package var verifiesCertificates: Bool
    package var addressFamily: AddressFamily
    /// A file of trusted certificates instead of the system's.
    package var certificateAuthorityFile: String?
    /// Connections kept open in all, used or idle. Above the number of bots, or each poll would need a new one.
    package var maximumConnections: Int

    package init(
        proxy: Proxy? = nil, usesEnvironmentProxies: Bool = false, allowsPlainHTTP: Bool = false, verifiesCertificates: Bool = true,
        addressFamily: AddressFamily = .any, certificateAuthorityFile: String? = nil, maximumConnections: Int = 4096
    ) {
        (self.usesEnvironmentProxies, self.allowsPlainHTTP) = (usesEnvironmentProxies, allowsPlainHTTP)
        self.verifiesCertificates = verifiesCertificates
        (self.proxy, self.addressFamily) = (proxy, addressFamily)
        (self.certificateAuthorityFile, self.maximumConnections) = (certificateAuthorityFile, maximumConnections)
    }
}

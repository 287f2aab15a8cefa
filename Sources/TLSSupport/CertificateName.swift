import NIOCore
import NIOSSL

/// The name, or the address, that a server was asked for under, as its certificate must hold it (RFC 9525, section 6).
///
/// NIO's own check also takes a certificate for the address that a socket leads to. That is a proxy's where there is one, and whatever
/// a forged answer of the DNS says where there is none.
struct CertificateName: Sendable {
    /// The certificate is for others.
    struct Mismatch: Error {}

    private let host: String
    /// Four or sixteen bytes; `nil` for a name.
    private let address: [UInt8]?

    init(_ host: String) {
        self.host = Self.normal(host)
        address = Self.bytes(of: host)
    }

    /// What the server is to be asked for; an address is no such name (RFC 6066, section 3).
    var serverName: String? { address == nil ? host : nil }

    func isIn(_ certificate: NIOSSLCertificate) -> Bool {
        certificate._subjectAlternativeNames().contains { name in
            switch name.nameType {
            case .ipAddress: address == Array(name.contents)
            case .dnsName: address == nil && matches(String(decoding: name.contents, as: UTF8.self))
            default: false
            }
        }
    }

    /// A wildcard stands for one whole label, the first.
    func matches(_ pattern: String) -> Bool {
        let pattern = Self.normal(pattern)
        guard pattern.hasPrefix("*.") else { return host == pattern }
        guard let dot = host.firstIndex(of: "."), dot != host.startIndex, pattern.dropFirst(2).contains(".") else { return false }
        return host[dot...] == pattern.dropFirst()
    }

    private static func normal(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    private static func bytes(of host: String) -> [UInt8]? {
        switch try? SocketAddress(ipAddress: host, port: 0) {
        case .v4(let address): withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address): withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
        default: nil
        }
    }
}

import Foundation

/// The host of an address, as a name or as an IP address.
package struct NetworkHost: Sendable, Equatable {
    package let name: String
    /// Four or sixteen; `nil` for a name.
    private let bytes: [UInt8]?

    /// - Parameter name: without brackets around an IPv6 address.
    package init(_ name: some StringProtocol) {
        self.name = name.lowercased()
        bytes = Self.bytes(of: self.name)
    }

    /// The host of a URL; without its brackets, its port and what may stand before it.
    package init(ofURL url: String) {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        rest = rest.prefix { !"/?#".contains($0) }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        self.init(rest.hasPrefix("[") ? rest.dropFirst().prefix { $0 != "]" } : rest.prefix { $0 != ":" })
    }

    /// Whether it is this machine for whoever uses it (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3; RFC 6761, section 6.3).
    package var isLoopback: Bool {
        guard let bytes else { return name == "localhost" || name.hasSuffix(".localhost") }
        return bytes.count == 4 ? bytes.first == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// Whether it stands for all addresses of a machine, and so is none to call.
    package var isUnspecified: Bool { bytes?.allSatisfy { $0 == 0 } ?? false }

    /// Whether no other machine finds this one by it.
    package var isOfThisMachineOnly: Bool { isLoopback || isUnspecified }

    private static func bytes(of name: String) -> [UInt8]? {
        var (four, sixteen) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, name, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        if inet_pton(AF_INET6, name, &sixteen) == 1 { return withUnsafeBytes(of: sixteen) { Array($0) } }
        return nil
    }
}

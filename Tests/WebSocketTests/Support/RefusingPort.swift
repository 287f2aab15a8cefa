import Foundation

/// A port of loopback at which nobody listens, and nobody else can while this is there.
final class RefusingPort {
    let port: Int
    private let handle: Int32

    init() throws {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, size) == 0 && getsockname(handle, $0, &size) == 0
            }
        }
        (self.handle, port) = (handle, Int(address.sin_port.bigEndian))
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    }

    deinit { close(handle) }
}

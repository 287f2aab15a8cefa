import Foundation
import HubCore

/// Locks on ranges of ports that hold between all processes of the machine: sockets with names in the kernel's abstract namespace
/// (unix(7)), which has no files, no owners and no leftovers. What a process held is free when it ends.
final class PortLocks: Sendable {
    /// Ports that one name stands for: ranges that overlap share a name, whatever their sizes.
    private static let block = 10
    /// Descriptors by the first port of the range.
    private let held = Locked([Int: [Int32]]())

    deinit {
        for descriptor in held.withLock({ $0.values.flatMap(\.self) }) { close(descriptor) }
    }

    /// - Returns: `false` if another has a part of it.
    func take(_ base: Int, count: Int) -> Bool {
        held.withLock { held in
            guard held[base] == nil, count > 0 else { return false }
            var descriptors: [Int32] = []
            for block in base / Self.block...(base + count - 1) / Self.block {
                guard let descriptor = Self.bind("orchestratia-ports-\(block * Self.block)") else {
                    for descriptor in descriptors { close(descriptor) }
                    return false
                }
                descriptors.append(descriptor)
            }
            held[base] = descriptors
            return true
        }
    }

    func holds(_ base: Int) -> Bool { held.withLock { $0[base] != nil } }

    func release(_ base: Int) {
        for descriptor in held.withLock({ $0.removeValue(forKey: base) }) ?? [] { close(descriptor) }
    }

    private static func bind(_ name: String) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let length = MemoryLayout.offset(of: \sockaddr_un.sun_path).map { $0 + 1 + name.utf8.count } ?? 0
        // Behind a zero, and without one at its end.
        withUnsafeMutableBytes(of: &address.sun_path) { $0.dropFirst().copyBytes(from: name.utf8) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Foundation.bind(descriptor, $0, socklen_t(length)) == 0 }
        }
        if isBound { return descriptor }
        close(descriptor)
        return nil
    }
}

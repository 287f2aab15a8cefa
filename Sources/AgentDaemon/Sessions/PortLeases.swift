import Foundation

/// Ranges of ports, each lent to one session at a time. Files in a directory of the user remember who has which; between the daemons of
/// all users of the machine it is the kernel that gives each range to one of them, as long as that runs.
struct PortLeases: Sendable {
    let directory: String
    let settings: AgentConfiguration.PortSettings
    /// Says who holds a lease: the daemon's state directory and the session.
    let owner: String
    private let locks = PortLocks()

    init(directory: String, settings: AgentConfiguration.PortSettings, owner: String) {
        (self.directory, self.settings, self.owner) = (directory, settings, owner)
    }

    /// Leases the first free range. A file made with `O_EXCL` is the lease, so two at once cannot get the same.
    ///
    /// - Returns: the first port; `nil` if all ranges are taken.
    func lease(to session: String) async -> Int? {
        try? await Disk.perform {
            try PrivateFile.makeDirectory(directory)
            for index in 0..<settings.count {
                let base = settings.first + index * settings.size
                guard base + settings.size <= 65_536 else { break }
                let descriptor = open("\(directory)/\(base)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
                guard descriptor >= 0 else { continue }
                let isWritten = PrivateFile.writeAll(Array("\(owner)\n\(session)\n".utf8), to: descriptor)
                close(descriptor)
                if isWritten && isFree(base) && locks.take(base, count: settings.size) { return base }
                unlink("\(directory)/\(base)")
            }
            return nil
        }
    }

    func release(_ base: Int) async {
        _ = try? await Disk.perform {
            unlink("\(directory)/\(base)")
            locks.release(base)
        }
    }

    /// Gives back what this daemon leased to sessions that are not there any more, and holds the rest for them.
    ///
    /// - Returns: the sessions whose range could not be held again, mostly as another daemon has it meanwhile, with its first port.
    @discardableResult
    func sweep(keeping sessions: Set<String>) async -> [String: Int] {
        let lost = try? await Disk.perform {
            var lost: [String: Int] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                guard let bytes = PrivateFile.read("\(directory)/\(name)") else { continue }
                let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
                guard lines.count == 2, lines[0] == owner else { continue }
                let base = UInt16(name).map(Int.init)
                if !sessions.contains(lines[1]) {
                    unlink("\(directory)/\(name)")
                    if let base { locks.release(base) }
                } else if let base, !locks.holds(base), !locks.take(base, count: settings.size) {
                    lost[lines[1]] = base
                }
            }
            return lost
        }
        return lost ?? [:]
    }

    /// Whether nobody listens at the first port of the range.
    private func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

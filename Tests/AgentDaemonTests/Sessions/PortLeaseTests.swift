import Foundation
import Testing

@testable import AgentDaemon

@Suite("Leases of ports", .serialized) struct PortLeaseTests {
    private func leases(_ home: DaemonHome, _ name: String, first: Int, size: Int = 10, count: Int = 3) throws -> PortLeases {
        var settings = try home.configuration().ports
        (settings.first, settings.size, settings.count) = (first, size, count)
        return PortLeases(directory: "\(home.path)/\(name)", settings: settings, owner: name)
    }

    @Test("hold between the daemons of different users, and of one user, and end with the daemon that has none of the sessions left")
    func users() async throws {
        try await DaemonHome.lend { home in
            try home.configure(hub: "http://127.0.0.1:1")
            // Below what the kernel chooses for connections.
            let first = Int.random(in: 2400...3200) * 10
            var ada: PortLeases? = try leases(home, "ada", first: first)
            let bob = try leases(home, "bob", first: first)
            #expect(await ada?.lease(to: "one") == first)
            #expect(await bob.lease(to: "one") == first + 10)
            #expect(await ada?.lease(to: "two") == first + 20)
            #expect(await bob.lease(to: "two") == nil)
            // Ranges of another size that overlap.
            let eve = try leases(home, "eve", first: first + 5, size: 20, count: 1)
            #expect(await eve.lease(to: "one") == nil)
            await ada?.release(first)
            // A program that another test starts at this moment holds copies of our descriptors until it is executed.
            #expect(await eventually { await bob.lease(to: "two") == first })
            await bob.release(first)
            // Another daemon with the same records has the sessions that it kept, and no others.
            ada = nil
            let next = try leases(home, "ada", first: first)
            #expect(await eventually { await next.sweep(keeping: ["two"]).isEmpty })
            #expect(await eventually { await bob.lease(to: "three") == first })
            #expect(await bob.lease(to: "four") == nil)
            // What is somebody else's by now is said.
            await next.release(first + 20)
            try PrivateFile.write(Array("ada\ntwo\n".utf8), to: "\(home.path)/ada/\(first + 20)")
            #expect(await eventually { await bob.lease(to: "four") == first + 20 })
            #expect(await next.sweep(keeping: ["two"]) == ["two": first + 20])
        }
    }
}

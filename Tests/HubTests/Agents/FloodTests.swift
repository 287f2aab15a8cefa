import Foundation
import HubCore
import Testing

import enum HubCore.JSONValue

/// A hundred terminals on one daemon, one of which floods: the others do not notice, and nothing grows.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FloodTests {
    private static let sessions = 100
    /// MiB, for each process: debug builds, with room to spare.
    private static let memory = 700

    @Test func `one of a hundred terminals floods, and an echo in another is served all the while`() async throws {
        try await Site.with { site in
            let machine = try await site.machine("mac-1", slots: 200)
            let hub = try #require(site.hub.ready["pid"]?.int.map(Int32.init))
            var ids: [String] = []
            for number in 1...Self.sessions {
                let made = try await site.post("/api/v1/sessions", ["name": .string("s-\(number)"), "server": "mac-1"])
                ids.append(try #require(made["id"]?.string, "\(made)"))
            }
            try await site.event("session.started", number: Self.sessions)
            try await site.type("yes 'flooding the terminal'", into: ids[0])
            try await site.screen(of: ids[0], shows: "flooding the terminal\nflooding the terminal")
            for round in 1...10 {
                let id = ids[round * 9]
                _ = try await site.post("/api/v1/sessions/\(id)/input", ["text": .string("echo r-$((\(round) * 1000))"), "submit": true])
                try await site.screen(of: id, shows: "r-\(round * 1000)")
            }
            #expect(ProcessFacts.memory(of: hub) < Self.memory, "the hub holds \(ProcessFacts.memory(of: hub)) MiB")
            #expect(ProcessFacts.memory(of: machine.pid) < Self.memory, "the daemon holds \(ProcessFacts.memory(of: machine.pid)) MiB")
            _ = try await site.post("/api/v1/sessions/\(ids[0])/input", ["keys": ["ctrl-c"]])
            try await site.type("echo calm-$((6 * 7))", into: ids[0])
            try await site.screen(of: ids[0], shows: "calm-42")
            // All end with their daemon, are told to the next, and leave no process.
            let shells = try await site.events("session.started").count
            #expect(shells == Self.sessions)
            #expect(await machine.stop() == 0)
            try await machine.start()
            try await site.event("session.closed", number: Self.sessions)
        }
    }
}

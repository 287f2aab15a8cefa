import Foundation
import HubCore
import Testing

import enum HubCore.JSONValue

/// A thousand live terminals on one hub, two of which flood at full speed. The machines are clients that speak the protocol to the letter:
/// a thousand real shells would test this machine, and one daemon with a hundred of them is in ``FloodTests``.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ThousandTests {
    private static let machines = 10
    private static let perMachine = 100
    /// Of the others, how many are typed into while two flood.
    private static let typed = 50
    /// MiB that the hub may take for a thousand terminals, and for the floods beside them: several times what a debug build takes.
    private static let memory = (sessions: 250, floods: 150)

    @Test func `beside two terminals that flood, what is typed into the other 998 comes back, and the hub does not grow`() async throws {
        try await Site.with { site in
            let hub = try #require(site.hub.ready["pid"]?.int.map(Int32.init))
            var daemons: [SwarmDaemon] = []
            for number in 0..<Self.machines {
                // One of them is of the installed base: it knows no credit, and floods as fast as its socket takes it.
                daemons.append(
                    try await SwarmDaemon(
                        "m-\(number)", token: try await site.registrationToken(), hub: site.hub.url, hasFeatures: number > 0, site.transport
                    ))
            }
            let swarm = daemons
            try await withThrowingTaskGroup(of: Void.self) { group in
                for daemon in swarm { group.addTask { try await daemon.run() } }
                try await site.wait(for: "all machines") { swarm.allSatisfy(\.isConnected) ? true : nil }
                try await flood(site, swarm, hub)
                group.cancelAll()
            }
        }
    }

    private func flood(_ site: Site, _ swarm: [SwarmDaemon], _ hub: Int32) async throws {
        let empty = ProcessFacts.memory(of: hub)
        let ids = try await open(site)
        let full = ProcessFacts.memory(of: hub)
        #expect(full - empty < Self.memory.sessions, "a thousand terminals take \(full - empty) MiB")

        // The first of the installed client, and the first of one that keeps to its credit.
        let floods = [ids[0], ids[Self.perMachine]]
        for id in floods { _ = try await site.post("/api/v1/sessions/\(id)/input", ["text": "flood", "submit": true]) }
        for id in floods { try await site.screen(of: id, shows: "yyyyyyyyyy") }
        let before = [swarm[0].floodedBytes, swarm[1].floodedBytes]
        let others = stride(from: 5, to: ids.count, by: ids.count / Self.typed).map { ids[$0] }
        try await type(into: others, site)
        for (daemon, bytes) in zip(swarm, before) {
            #expect(daemon.floodedBytes - bytes > 128 << 10, "\(daemon.name) was to flood all the while")
        }
        let flooded = ProcessFacts.memory(of: hub)
        #expect(flooded - full < Self.memory.floods, "two floods take \(flooded - full) MiB")

        for id in floods {
            _ = try await site.post("/api/v1/sessions/\(id)/input", ["keys": ["ctrl-c"]])
            try await site.screen(of: id, shows: "$")
            _ = try await site.post("/api/v1/sessions/\(id)/input", ["data": .string(Data("calm\r".utf8).base64EncodedString())])
            try await site.screen(of: id, shows: "ran: calm")
        }
        #expect(try await site.get("/api/v1/health")["status"]?.string == "ok")
    }

    /// All sessions, machine by machine, once they are active.
    private func open(_ site: Site) async throws -> [String] {
        let (people, url) = (site.people, site.hub.url)
        return try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for machine in 0..<Self.machines {
                group.addTask {
                    var ids: [String] = []
                    for number in 0..<Self.perMachine {
                        let order: JSONValue = ["name": .string("s-\(machine)-\(number)"), "server": .string("m-\(machine)")]
                        let made = try await people.post(url + "/api/v1/sessions", order)
                        ids.append(try #require(made.body["id"]?.string, "\(made)"))
                    }
                    return (machine, ids)
                }
            }
            let all = try await group.reduce(into: [Int: [String]]()) { $0[$1.0] = $1.1 }
            let ids = (0..<Self.machines).flatMap { all[$0] ?? [] }
            try await site.wait(for: "a thousand active sessions") {
                let sessions = try await site.get("/api/v1/sessions")["sessions"]?.array ?? []
                return sessions.count { $0["status"]?.string == "active" } == Self.machines * Self.perMachine ? true : nil
            }
            return ids
        }
    }

    private func type(into sessions: [String], _ site: Site) async throws {
        let (people, url) = (site.people, site.hub.url)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, session) in sessions.enumerated() {
                if number >= 16 { try await group.next() }
                group.addTask {
                    let path = url + "/api/v1/sessions/\(session)"
                    let answer = try await people.post(path + "/input", ["text": .string("word \(number)"), "submit": true])
                    #expect(answer.status == 200, "\(answer)")
                    // On a busy machine the echo may come after the time in which Enter is pressed by itself.
                    if answer.body["status"]?.string != "submitted" { _ = try await people.post(path + "/input", ["keys": ["enter"]]) }
                    let deadline = ContinuousClock.now + Site.patience
                    var lines: [String] = []
                    repeat {
                        lines = (try await people.get(path + "/screen").body["lines"]?.array ?? []).compactMap(\.string)
                        if lines.contains("ran: word \(number)") { return }
                        try await Task.sleep(for: .milliseconds(25))  // between two looks
                    } while ContinuousClock.now < deadline
                    throw HubProgram.Failed(description: "what was typed never came back, but \(lines)")
                }
            }
            try await group.waitForAll()
        }
    }
}

import HubCore
import HubTesting
import Testing

@testable import HubService

@Suite struct RosterTests {
    private static func server(_ number: Int, _ random: inout SplitMix) -> Server {
        Server(
            id: .random(), project: .random(), name: "mac-\(number)",
            machine: .init(machineID: "\(number)", macAddress: "", hostname: "", os: "", address: "", systemInfo: .null),
            reported: Capabilities(
                repositories: Bool.random(using: &random) ? ["web"] : ["web", "api"],
                languages: Set(["swift", "go"].prefix(Int.random(in: 1...2, using: &random))),
                tools: Bool.random(using: &random) ? ["docker"] : [], slots: Int.random(in: 0...3, using: &random)),
            state: Int.random(in: 0..<4, using: &random) == 0 ? .offline : .online, lastHeard: Timestamp(milliseconds: 0),
            lastUsed: Bool.random(using: &random) ? Timestamp(milliseconds: Int64.random(in: 0...3, using: &random)) : nil,
            isDrained: Int.random(in: 0..<6, using: &random) == 0, registeredAt: Timestamp(milliseconds: 0))
    }

    @Test("a roster chooses as placement does, choice after choice", arguments: 1...40 as ClosedRange<UInt64>)
    func same(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let servers = (0..<8).map { Self.server($0, &random) }
        var roster = Roster(servers: servers, used: [:])
        for step in 0..<250 {
            var content = AgentTask.Content(title: "x")
            if Bool.random(using: &random) { content.repository = ["web", "API"].randomElement(using: &random) }
            if Bool.random(using: &random) { content.requirements.languages = ["go"] }
            if Bool.random(using: &random) { content.requirements.tools = ["docker"] }
            if Bool.random(using: &random) { content.requirements.tags = ["tag-\(step)"] }
            if Bool.random(using: &random) { content.requirements.writes = WriteScope(["path-\(step)"]) }
            if Bool.random(using: &random) { content.preferences.server = "MAC-\(Int.random(in: 0..<8, using: &random))" }
            let avoiding = Bool.random(using: &random) ? servers.randomElement(using: &random)?.id : nil
            let warm = Set(servers.shuffled(using: &random).prefix(2).map(\.id))
            let candidates = roster.candidates.map {
                Placement.Candidate(server: $0.server, usedSlots: $0.usedSlots, isWarm: warm.contains($0.server.id))
            }
            let expected = Placement.dispatch(content, among: candidates, avoiding: avoiding)
            let chosen = roster.dispatch(content, avoiding: avoiding) { warm }
            #expect(chosen?.name == expected?.name, "seed \(seed), step \(step)")
            if let chosen {
                roster.addSlots(1, to: chosen.id)
                roster.noteUse(of: chosen.id, at: Timestamp(milliseconds: Int64(step + 10)))
            } else if let freed = roster.candidates.first(where: { $0.usedSlots > 0 }) {
                roster.addSlots(-1, to: freed.server.id)
            }
        }
    }
}

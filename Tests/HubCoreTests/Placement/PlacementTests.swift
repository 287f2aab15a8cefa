import HubCore
import Testing

@Suite struct PlacementTests {
    typealias Content = AgentTask.Content
    typealias Candidate = Placement.Candidate

    static let able = Capabilities(
        repositories: ["Web"], languages: ["swift", "c"], environments: ["docker"], agents: ["claude"], tools: ["git", "make"],
        tags: ["fast"])

    static let rules: [(Content, Placement.Infeasibility?)] = [
        (Content(title: "t"), nil),
        (Content(title: "t", repository: "WEB", requirements: .init(languages: ["Swift"], environments: ["DOCKER"], agent: "Claude")), nil),
        (Content(title: "t", requirements: .init(server: "MAC-1")), nil),
        (Content(title: "t", requirements: .init(server: "mac-2")), .pinnedElsewhere(to: "mac-2")),
        (Content(title: "t", repository: "app"), .lacksRepository("app")),
        (Content(title: "t", requirements: .init(languages: ["swift", "rust", "go"])), .lacksLanguage("go")),
        (Content(title: "t", requirements: .init(environments: ["docker", "kvm"])), .lacksEnvironment("kvm")),
        (Content(title: "t", requirements: .init(agent: "gemini")), .lacksAgent("gemini")),
        // Tools and tags are wishes.
        (Content(title: "t", requirements: .init(tools: ["nope"], tags: ["nope"])), nil),
        // The first rule that says no.
        (
            Content(title: "t", repository: "app", requirements: .init(languages: ["go"], agent: "x", server: "y")),
            .pinnedElsewhere(to: "y")
        ),
        (Content(title: "t", repository: "app", requirements: .init(languages: ["go"], agent: "x")), .lacksRepository("app")),
    ]

    @Test("says by which rule a server may not run a task", arguments: rules)
    func feasible(_ content: Content, _ expected: Placement.Infeasibility?) {
        #expect(Placement.infeasibility(of: content, on: .sample("mac-1", Self.able)) == expected)
    }

    @Test("gives a revoked server nothing")
    func revoked() {
        #expect(Placement.infeasibility(of: Content(title: "t"), on: .sample(isRevoked: true)) == .revoked)
    }

    @Test("goes by what people set before what the daemon reports")
    func overrides() {
        var server = Server.sample("mac-1", Self.able)
        server.override.languages = ["Rust"]
        #expect(Placement.infeasibility(of: Content(title: "t", requirements: .init(languages: ["rust"])), on: server) == nil)
        #expect(Placement.infeasibility(of: Content(title: "t", requirements: .init(languages: ["c"])), on: server) == .lacksLanguage("c"))
        server.override.slots = 1
        #expect(Candidate(server: server, usedSlots: 3).freeSlots == 0)
    }

    @Test("adds up the published points")
    func points() {
        let (server, offline) = (Server.sample("mac-1", Self.able), Server.sample("mac-1", Self.able, state: .offline))
        let plain = Content(title: "t")
        func score(_ content: Content, _ server: Server, used: Int = 4, warm: Bool = false) -> Placement.Score {
            Placement.score(of: content, on: Candidate(server: server, usedSlots: used, isWarm: warm))
        }
        #expect(score(plain, offline).total == 0)
        #expect(score(plain, server).total == 40)
        #expect(score(Content(title: "t", preferences: .init(server: "Mac-1")), offline).total == 50)
        #expect((0...5).map { score(plain, offline, used: $0).total } == [30, 22, 15, 7, 0, 0])
        #expect(score(plain, offline, warm: true).total == 5)
        let many = Set((1...9).map { "w\($0)" })
        let rich = Server.sample("mac-1", Capabilities(tools: many, tags: many), state: .offline)
        func wishes(_ count: Int) -> Set<String> { Set((1...count).map { "W\($0)" }) }
        #expect(
            (1...7).map { score(Content(title: "t", requirements: .init(tools: wishes($0))), rich).total } == [10, 20, 30, 40, 50, 50, 50])
        #expect(
            (1...7).map { score(Content(title: "t", requirements: .init(tags: wishes($0))), rich).total } == [5, 10, 15, 20, 25, 25, 25])
        let all = score(
            Content(title: "t", requirements: .init(tools: ["git", "vi"], tags: ["fast"]), preferences: .init(server: "mac-1")), server,
            used: 0, warm: true)
        #expect(all == Placement.Score(preferred: 50, online: 40, capacity: 30, tools: 10, tags: 5, warm: 5))
        #expect(all.total == 140)
    }

    @Test("gives ties to the least recently used, then to the name")
    func ties() {
        let servers = [Server.sample("d", lastUsed: 9), .sample("c", lastUsed: 5), .sample("b"), .sample("a")]
        let ranked = Placement.ranking(of: Content(title: "t"), among: servers.map { Candidate(server: $0, usedSlots: 0) })
        #expect(ranked.map(\.candidate.server.name) == ["a", "b", "c", "d"])
    }

    @Test("ranks by points before anything else")
    func ranking() {
        let candidates = [Candidate(server: .sample("a"), usedSlots: 3), Candidate(server: .sample("b", lastUsed: 9), usedSlots: 0)]
        #expect(Placement.ranking(of: Content(title: "t"), among: candidates).map(\.candidate.server.name) == ["b", "a"])
    }

    @Test("dispatches only to a server that could begin at once")
    func dispatch() {
        let content = Content(title: "t", preferences: .init(server: "off"))
        let busy = [
            Candidate(server: .sample("off", state: .offline), usedSlots: 0), Candidate(server: .sample("full"), usedSlots: 4),
            Candidate(server: .sample("over"), usedSlots: 9), Candidate(server: .sample("drained", isDrained: true), usedSlots: 0),
            Candidate(server: .sample("none", Capabilities(slots: 0)), usedSlots: 0),
            Candidate(server: .sample("gone", isRevoked: true), usedSlots: 0),
        ]
        #expect(Placement.dispatch(content, among: busy) == nil)
        #expect(Placement.dispatch(content, among: busy + [Candidate(server: .sample("free"), usedSlots: 3)])?.name == "free")
        #expect(busy.map(Placement.unavailability) == [.offline, .full(slots: 4), .full(slots: 4), .drained, .full(slots: 0), nil])
    }

    @Test("avoids the server that lost the task, unless it is the only one")
    func avoiding() {
        let (best, other) = (Candidate(server: .sample("best"), usedSlots: 0), Candidate(server: .sample("other"), usedSlots: 3))
        let content = Content(title: "t")
        #expect(Placement.dispatch(content, among: [best, other])?.name == "best")
        #expect(Placement.dispatch(content, among: [best, other], avoiding: best.server.id)?.name == "other")
        #expect(Placement.dispatch(content, among: [best], avoiding: best.server.id)?.name == "best")
    }
}

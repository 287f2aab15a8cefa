import HubCore
import Testing

@Suite struct ExplanationTests {
    typealias Content = AgentTask.Content
    typealias Candidate = Placement.Candidate

    private func fix(_ content: Content = Content(title: "t"), _ candidates: Candidate...) -> Placement.Fix? {
        Placement.explanation(of: content, among: candidates).nearestFix
    }

    private func candidate(_ server: Server, used: Int = 0) -> Candidate { Candidate(server: server, usedSlots: used) }

    @Test("says of each server whether it could, may not now, or may not at all, best first")
    func lines() {
        let candidates = [
            candidate(.sample("z-lacks")), candidate(.sample("a-revoked", isRevoked: true)),
            candidate(.sample("off", Capabilities(repositories: ["web"]), state: .offline)),
            candidate(.sample("ready", Capabilities(repositories: ["web"]))),
        ]
        let explanation = Placement.explanation(of: Content(title: "t", repository: "web"), among: candidates)
        #expect(explanation.lines.map(\.server.name) == ["ready", "off", "a-revoked", "z-lacks"])
        #expect(
            explanation.lines.map(\.verdict) == [
                .ready(.init(online: 40, capacity: 30)), .unavailable(.offline, .init(capacity: 30)), .infeasible(.revoked),
                .infeasible(.lacksRepository("web")),
            ])
        #expect(explanation.nearestFix == nil)
    }

    @Test("names the smallest change that lets the task go")
    func fixes() {
        #expect(fix() == .registerServer)
        #expect(fix(Content(title: "t"), candidate(.sample(isRevoked: true))) == .registerServer)
        #expect(fix(Content(title: "t"), candidate(.sample("a", state: .offline))) == .bringOnline("a"))
        #expect(
            fix(Content(title: "t"), candidate(.sample("a", state: .offline)), candidate(.sample("b"), used: 4)) == .assignAnyway(to: "b"))
        #expect(
            fix(Content(title: "t"), candidate(.sample("a", state: .offline)), candidate(.sample("b", isDrained: true))) == .undrain("b"))
        #expect(fix(Content(title: "t", repository: "web"), candidate(.sample("a"))) == .provide(.lacksRepository("web"), on: "a"))
    }

    @Test("looks for the server that lacks the least")
    func nearest() {
        let content = Content(title: "t", repository: "web", requirements: .init(languages: ["swift"], agent: "claude"))
        let almost = Server.sample("b", Capabilities(repositories: ["web"], languages: ["swift"]))
        #expect(fix(content, candidate(.sample("a")), candidate(almost)) == .provide(.lacksAgent("claude"), on: "b"))
    }

    @Test("says of a pin that its server is missing, or what the pinned server lacks")
    func pins() {
        let content = Content(title: "t", repository: "web", requirements: .init(server: "mac-2"))
        #expect(fix(content, candidate(.sample("alpha"))) == .dropPin(to: "mac-2"))
        #expect(fix(content, candidate(.sample("alpha")), candidate(.sample("mac-2"))) == .provide(.lacksRepository("web"), on: "mac-2"))
    }

    @Test("puts each fix and rule into words")
    func words() {
        #expect(
            "\(Placement.Fix.dropPin(to: "x"))" == "it may run on x only, which is not registered; register that, or let it run anywhere")
        #expect(
            "\(Placement.Fix.provide(.lacksAgent("codex"), on: "x"))"
                == "x does not have the agent codex; install it there, or drop the requirement")
        #expect(
            "\(Placement.Fix.assignAnyway(to: "x"))"
                == "x has no free slot; the task starts there when one is free, or when you assign it by hand")
        #expect("\(Placement.Unavailability.full(slots: 1))" == "its only slot is taken")
        #expect("\(Placement.Infeasibility.lacksLanguage("go"))" == "does not have the language go")
    }
}

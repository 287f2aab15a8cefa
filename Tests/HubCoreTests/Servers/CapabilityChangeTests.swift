import HubCore
import Testing

@Suite struct CapabilityChangeTests {
    private static let reported = Capabilities(repositories: ["web"], languages: ["Go"], tools: ["git"], slots: 2)

    private func capabilities(after changes: CapabilityChange...) throws -> Capabilities {
        var override = CapabilityOverride()
        for change in changes { try override.apply(change, over: Self.reported) }
        return override.applied(to: Self.reported)
    }

    @Test("sets, adds and removes over what is reported, and gives the word back", arguments: Capabilities.Kind.allCases)
    func changes(_ kind: Capabilities.Kind) throws {
        let own = Self.reported[kind]
        #expect(try capabilities(after: .set(kind, ["Swift", " c++ "]))[kind] == ["swift", "c++"])
        #expect(try capabilities(after: .set(kind, []))[kind].isEmpty)
        #expect(try capabilities(after: .add(kind, ["Swift"]))[kind] == own.union(["swift"]))
        #expect(try capabilities(after: .add(kind, ["swift"]), .remove(kind, ["SWIFT"]))[kind] == own)
        #expect(try capabilities(after: .set(kind, ["a", "b"]), .add(kind, ["c"]), .remove(kind, ["a"]))[kind] == ["b", "c"])
        #expect(try capabilities(after: .set(kind, ["a"]), .set(kind, nil)) == Self.reported)
        for other in Capabilities.Kind.allCases where other != kind {
            #expect(try capabilities(after: .set(kind, ["x"]))[other] == Self.reported[other])
        }
    }

    @Test("what is there already leaves the word to the server")
    func nothingNew() throws {
        var override = CapabilityOverride()
        try override.apply(.add(.languages, ["GO"]), over: Self.reported)
        try override.apply(.remove(.languages, ["rust"]), over: Self.reported)
        #expect(override == CapabilityOverride())
        try override.apply(.slots(0), over: Self.reported)
        #expect(override.applied(to: Self.reported).slots == 0)
        try override.apply(.slots(nil), over: Self.reported)
        #expect(override == CapabilityOverride())
    }

    @Test("what cannot be is refused, and changes nothing")
    func faults() {
        let many = Set((0..<1000).map(String.init))
        let cases: [(CapabilityChange, CapabilityChange.Fault)] = [
            (.slots(-1), .slots(-1)), (.slots(1025), .slots(1025)), (.set(.tools, ["git", " "]), .nameless(.tools)),
            (.add(.tags, ["a\0b"]), .unreadable(.tags)), (.add(.tags, ["a\nb"]), .unreadable(.tags)),
            (
                .set(.agents, [String(repeating: "x", count: 129)]),
                .tooLong(.agents, start: String(repeating: "x", count: 40))
            ),
            // One character of very many scalars.
            (
                .set(.agents, ["x" + String(repeating: "\u{301}", count: 300)]),
                .tooLong(.agents, start: "x" + String(repeating: "\u{301}", count: 300))
            ),
            (.set(.tools, many.union(["x"])), .tooMany(.tools, 1001)), (.add(.languages, many), .tooMany(.languages, 1001)),
        ]
        for (change, fault) in cases {
            var override = CapabilityOverride(tags: ["slow"])
            #expect(throws: fault) { try override.apply(change, over: Self.reported) }
            #expect(override == CapabilityOverride(tags: ["slow"]))
            #expect(fault.description.count < 600)
        }
        #expect(throws: Never.self) { try capabilities(after: .set(.tools, many)) }
    }
}

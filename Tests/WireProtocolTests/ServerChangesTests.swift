import HubCore
import Testing
import WireProtocol

@Suite struct ServerChangesTests {
    @Test("only what is given changes, and null gives the word back to the server")
    func changes() throws {
        let changes = try ServerChanges(json: [
            "project_id": "web", "drained": true, "slots": 6, "repos": nil,
            "capabilities": ["languages": ["Swift", "go"], "tools": nil, "tags": []],
        ])
        #expect(changes.isDrained == true)
        #expect(
            changes.capabilities == [
                .slots(6), .set(.repositories, nil), .set(.languages, ["Swift", "go"]), .set(.tools, nil), .set(.tags, []),
            ])
        let slots = try ServerChanges(json: ["slots": nil])
        #expect(slots.capabilities == [.slots(nil)] && slots.isDrained == nil)
    }

    @Test(
        "what is no change is a fault that says what there is",
        arguments: [
            ([:], "the body names nothing to change: there are capabilities, drained, repos, slots"),
            (["project_id": "web"], "the body names nothing to change"), (["capabilities": [:]], "there are capabilities.languages"),
            (["languages": ["swift"]], "a server has no languages to change: there are capabilities, drained"),
            (["capabilities": ["repos": ["web"]]], "a server has no capabilities.repos to change: there are capabilities.languages"),
            (["capabilities": nil], "capabilities must be an object, not null"),
            (["drained": nil], "drained must be true or false, not null"),
            (["drained": "yes"], "drained must be true or false"), (["slots": "6"], "slots must be an integer"),
            (["slots": .number("1.5")], "slots must be an integer"), (["repos": ["web": "/srv"]], "repos must be an array"),
            (["capabilities": ["tools": "git"]], "capabilities.tools must be an array"),
            (["capabilities": ["agents": [["type": "claude"]]]], "each entry of capabilities.agents must be a string"),
            (["repos": .array(Array(repeating: "x", count: 1001))], "repos has 1001 entries, 1000 are allowed"),
            ("x", "the body must be an object"),
        ] as [(JSONValue, String)])
    func faults(_ body: JSONValue, _ sentence: String) {
        let fault = #expect(throws: WireFault.self) { try ServerChanges(json: body) }
        #expect(fault?.description.contains(sentence) == true, "\(fault?.description ?? "")")
    }
}

import HubCore
import Testing
import WireProtocol

@Suite struct ServerReportTests {
    @Test(
        "repositories come as a map to paths, to objects, or as a list",
        arguments: [
            ["repos": ["Web": "/src/web"]], ["system_info": ["repos": ["web": ["path": "/src/web", "branch": "main"]]]], ["repos": ["web"]],
        ] as [JSONValue])
    func repositories(_ body: JSONValue) throws {
        #expect(try Heartbeat(json: body).report.merged(over: Capabilities()).repositories == ["web"])
    }

    @Test("what a heartbeat does not say stays as it was")
    func merging() throws {
        let old = Capabilities(repositories: ["web"], languages: ["swift"], slots: 2)
        #expect(try Heartbeat(json: [:]).report.merged(over: old) == old)
        let said = try Heartbeat(json: ["system_info": ["capabilities": ["languages": ["go"], "slots": 3]]]).report.merged(over: old)
        #expect(said == Capabilities(repositories: ["web"], languages: ["go"], slots: 3))
    }

    @Test("gauges are no change of the machine")
    func gauges() {
        #expect(SystemInfo.isSame(["cpu_count": 2, "cpu_percent": 1], ["cpu_percent": 90, "cpu_count": 2]))
        #expect(!SystemInfo.isSame(["cpu_count": 2], ["cpu_count": 4]))
    }

    @Test("a hand-written registration needs a name and a token only")
    func registration() throws {
        let small = try Registration(json: ["name": " vm ", "registration_token": "orcreg_x.y"])
        #expect(small.name == "vm" && small.machineID.isEmpty)
        #expect(throws: WireFault.self) { try Registration(json: ["name": "vm"]) }
    }
}

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

    @Test(
        "the load of a machine is read in whole per cent, and nothing else is taken for it",
        arguments: [
            (#"{"cpu_percent": 12.5, "memory_percent": 43, "disk_percent": 70.6}"#, Load(processors: 13, memory: 43, disk: 71)),
            (#"{"cpu_percent": 0, "memory_percent": 100}"#, Load(processors: 0, memory: 100)),
            (#"{"cpu_percent": -1, "memory_percent": 100.1, "disk_percent": 7}"#, Load(disk: 7)),
            (#"{"cpu_percent": 1e400, "memory_percent": -1e308, "disk_percent": 9e99}"#, nil),
            (#"{"cpu_percent": "90", "memory_percent": [90], "disk_percent": null}"#, nil), (#"{"cpu_count": 2}"#, nil), (#""x""#, nil),
            ("null", nil),
        ] as [(String, Load?)])
    func load(_ info: String, _ load: Load?) throws {
        #expect(Load(systemInfo: try JSONValue(parsing: info)) == load)
    }

    @Test("a hand-written registration needs a name and a token only")
    func registration() throws {
        let small = try Registration(json: ["name": " vm ", "registration_token": "orcreg_x.y"])
        #expect(small.name == "vm" && small.machineID.isEmpty)
        #expect(throws: WireFault.self) { try Registration(json: ["name": "vm"]) }
    }
}

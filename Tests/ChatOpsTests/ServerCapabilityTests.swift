import HubCore
import HubService
import Testing

@testable import ChatOps

/// What owners say that a server can do, where it does not say so itself.
@Suite struct ServerCapabilityTests {
    @Test(
        "owners say each kind of capability, in the words of /new, too",
        arguments: [
            ("languages swift,go", "Languages: go, swift"), ("lang Swift", "Languages: swift"),
            ("tools docker xcode", "Tools: docker, xcode"),
            ("environment staging", "Environments: staging"), ("agent claude", "Agents: claude"), ("repos Web", "Repositories: web"),
            ("repository web", "Repositories: web"), ("tag gpu", "Tags: gpu"), ("languages none", "Languages: none"),
            ("lang +swift", "Languages: c++, swift"), ("lang +swift,-c++", "Languages: swift"), ("lang —c++", "Languages: none"),
        ])
    func kinds(_ order: String, _ line: String) async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-2", Capabilities(languages: ["c++"]))
        let detail = try await bench.say("/servers mac-2 \(order)", as: bench.olga).words
        #expect(detail.contains("\n\(line) (set by an owner)\n"), "\(detail)")
        let kind = try #require(order.split(separator: " ").first)
        let own = try await bench.say("/servers mac-2 \(kind) auto", as: bench.olga).words
        #expect(own.hasPrefix("🟢 mac-2 0 of 4 slots taken\nLanguages: c++\nNo task.\n"), "\(own)")
    }

    @Test("a name that ends in the word of an order is a name")
    func names() async throws {
        let bench = try await ChatBench()
        for name in ["build agent", "build", "mac slots"] { try await bench.server(name) }
        #expect(try await bench.say("/servers build agent drain", as: bench.olga).words.hasPrefix("Drain build agent?"))
        #expect(try await bench.say("/servers Build Agent tool docker", as: bench.olga).words.hasPrefix("🟢 build agent 0 of 4"))
        #expect(try await bench.say("/servers build agent claude", as: bench.olga).words.contains("\nAgents: claude (set by an owner)\n"))
        #expect(try await bench.say("/servers mac slots", as: bench.ada).words.hasPrefix("🟢 mac slots 0 of 4"))
        #expect(try await bench.say("/servers mac slots slots 2", as: bench.olga).words.hasPrefix("🟢 mac slots 0 of 2"))
    }

    @Test("where a server lacks something, an owner says at /why that it has it, and the task goes there")
    func provide() async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-2", Capabilities(languages: ["go"]))
        _ = try await bench.say("/new Needs swift lang:swift", as: bench.ada)
        let why = try await bench.say("/why #1", as: bench.olga)
        #expect(why.buttons.map(\.label) == ["mac-2 has swift", "Drop lang:swift"])
        #expect(try await bench.say("/why #1", as: bench.ada).buttons.map(\.label) == ["Drop lang:swift"])
        #expect(try await bench.say("/why #1", as: bench.vic).buttons.isEmpty)
        let has = try #require(why.button("mac-2 has swift"))
        #expect(try await bench.press(has, as: bench.ada).isAlert)
        let detail = try await bench.press(has, as: bench.olga)
        #expect(detail.words.contains("\nLanguages: go, swift (set by an owner)\n• #1 Needs swift (assigned)\n"), "\(detail.words)")
    }

    @Test("a member drops at /why what no server has", arguments: ["lang:swift", "env:staging", "agent:claude", "repo:Web"])
    func drop(_ option: String) async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-2")
        _ = try await bench.say("/new Fix it \(option)", as: bench.ada)
        let drop = try #require(try await bench.say("/why #1", as: bench.ada).button("Drop \(option)"))
        #expect(try await bench.press(drop, as: bench.vic).isAlert)
        #expect(try await bench.press(drop, as: bench.ada).words == "#1 goes to mac-2.")
        #expect(try await bench.press(drop, as: bench.ada).words.hasPrefix("📌 #1 Fix it"))
    }

    @Test("a name that no command line can carry gets no button, and breaks none")
    func unsayable() async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-2")
        let content = AgentTask.Content(title: "Fix it", requirements: .init(languages: ["visual basic"]))
        try await bench.hub.run(CreateTask(project: bench.web.id, content: content), as: .person(bench.ada, over: .telegram))
        let why = try await bench.say("/why #1", as: bench.olga)
        #expect(why.buttons.map(\.label) == ["Drop lang:visual basic"])
        let drop = try #require(why.button("Drop lang:visual basic"))
        #expect(try await bench.press(drop, as: bench.ada).words == "#1 goes to mac-2.")
    }
}

import HubCore
import Testing

@Suite struct PipelineRouteTests {
    private let document: JSONValue = [
        "name": "release",
        "tasks": [
            ["id": "build", "title": "Build it", "priority": "high", "requires": ["tools": ["docker"]], "plan": true],
            ["id": 2, "title": "Ship it", "spec": "To all.", "depends_on": ["build"], "acceptance_criteria": ["it runs"]],
            ["id": "tell", "title": "Tell them", "dependencies": [["task": "2"], ["task": "build", "type": "related"]]],
        ],
    ]

    @Test("an agent and a person make a pipeline and get its tasks and ids") func create() async throws {
        try await TestHub.serve { test in
            let agent = try await test.agent()
            let made = try await agent.post("/api/v1/server/pipelines", document)
            #expect(made.status == 201)
            #expect(made["pipeline"]["name"] == "release" && made["pipeline"]["task_count"] == 3 && made["pipeline"]["edge_count"] == 3)
            #expect(made["tasks"].array?.compactMap { $0["title"]?.string } == ["Build it", "Ship it", "Tell them"])
            #expect(made["id_map"].members?.map(\.name) == ["build", "2", "tell"])
            let ship = try await agent.get("/api/v1/server/tasks/\(try #require(made["id_map"]["2"]?.string))")
            #expect(ship["dependencies"].array?.compactMap { $0["depends_on_task_id"] } == [try #require(made["id_map"]["build"])])
            #expect(ship["created_by"] == "mac-1" && ship["acceptance_criteria"] == ["it runs"])
            #expect(try await test.person(.member).post("/api/v1/pipelines", document).status == 201)
            #expect(try await test.person(.viewer).post("/api/v1/pipelines", document).status == 403)
            #expect(try await test.nobody.post("/api/v1/server/pipelines", document).status == 401)
        }
    }

    @Test("faults come together, each with its place in the text; a dry run answers 200 with the same") func faults() async throws {
        let yaml = """
            name: bad
            tasks:
              - id: a
                title: One
                depends_on: [b]
              - id: b
                title: Two
                depends_on:
                  - a
                  - nowhere
                priority: urgent
                colour: red
              - title: Three
                produces: {api: {required: 7}}
            """
        try await TestHub.serve { test in
            let agent = try await test.agent()
            let refused = try await agent.send("POST", "/api/v1/server/pipelines", Array(yaml.utf8))
            #expect(refused.status == 422)
            #expect(refused["detail"].string?.contains("faults in the pipeline") == true)
            let faults = refused["faults"].array ?? []
            func fault(_ rule: String) -> JSONValue? { faults.first { $0["rule"]?.string == rule } }
            #expect(
                Set(faults.compactMap { $0["rule"]?.string }) == ["cycle", "unknown_task", "word", "unknown_key", "missing", "contracts"])
            #expect(fault("unknown_task")?["path"] == "tasks[1].depends_on[1]" && fault("unknown_task")?["line"] == 10)
            #expect(fault("unknown_task")?["column"] == 9)
            #expect(fault("cycle")?["message"] == "a circle: a waits for b waits for a; drop one of these dependencies")
            #expect(fault("contracts")?["path"] == "tasks[2].produces.api" && fault("contracts")?["line"] == 14)
            #expect(fault("missing")?["path"] == "tasks[2].id" && fault("missing")?["line"] == 13)
            let dry = try await agent.send("POST", "/api/v1/server/pipelines/dry-run", Array(yaml.utf8))
            #expect(dry.status == 200 && dry["valid"] == false && dry["faults"] == refused["faults"])
            #expect(try await agent.get("/api/v1/server/tasks")["total"] == 0)
        }
    }

    @Test("a dry run of a good document reports and makes nothing") func dryRun() async throws {
        try await TestHub.serve { test in
            let agent = try await test.agent()
            let report = try await agent.post("/api/v1/server/pipelines/dry-run", document)
            #expect(report.status == 200 && report["valid"] == true && report["faults"] == [])
            #expect(report["longest_path"] == ["build", "2", "tell"])
            #expect(report["unplaceable"].array?.compactMap { $0["task"] } == ["build"] || report["unplaceable"] == [])
            #expect(report["first_human_stop"] == ["task": "build", "kind": "plan"])
            #expect(try await agent.get("/api/v1/server/tasks")["total"] == 0)
        }
    }

    @Test("a pipeline is listed with its progress, and found by number and by id") func progress() async throws {
        try await TestHub.serve { test in
            let (agent, person) = (try await test.agent(), try await test.person(.viewer))
            let made = try await agent.post("/api/v1/server/pipelines", document)
            let id = try #require(made["pipeline"]["id"]?.string)
            #expect(made["pipeline"]["number"] == 1)
            let list = try await person.get("/api/v1/pipelines")["pipelines"].array ?? []
            #expect(list.count == 1 && list[0]["name"] == "release" && list[0]["task_count"] == 3 && list[0]["finished_at"] == .null)
            #expect(list[0]["counts"]?["pending"] == 2 && list[0]["counts"]?["assigned"] == 1)
            let one = try await person.get("/api/v1/pipelines/P1")
            #expect(one["id"].string == id && one["tasks"].array?.compactMap { $0["pipeline_task"] } == ["build", "2", "tell"])
            #expect(one["tasks"].array?.compactMap { $0["id"] } == made["id_map"].members?.map(\.value))
            #expect(try await agent.get("/api/v1/server/pipelines/\(id)")["number"] == 1)
            for wrong in ["P2", "P0", "x", "5f0c2d3e-0000-4000-8000-000000000000"] {
                #expect(try await person.get("/api/v1/pipelines/\(wrong)").status == 404)
            }
        }
    }

    @Test("a repetition under one key makes the tasks once") func once() async throws {
        try await TestHub.serve { test in
            let agent = try await test.agent()
            let first = try await agent.post("/api/v1/server/pipelines", document, once: "k")
            let second = try await agent.post("/api/v1/server/pipelines", document, once: "k")
            #expect(first["id_map"] == second["id_map"] && second.status == 201)
            #expect(try await agent.get("/api/v1/server/tasks")["total"] == 3)
        }
    }

    /// Aliases within aliases, as many as there are lines.
    private static let aliasChain: String = (1...50_000).reduce(into: "- &a0 [x]\n") { text, number in
        text += "- &a\(number) [*a\(number - 1)]\n"
    }

    /// Nine times nine times … x, as the key of one value.
    private static let aliasBombAsKey: String = {
        var text = "k: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for number in 1...9 {
            let aliases = Array(repeating: "*a\(number - 1)", count: 9).joined(separator: ",")
            text += "k\(number): &a\(number) [\(aliases)]\n"
        }
        return text + "? *a9\n: 1\n"
    }()

    @Test(
        "hostile documents are refused",
        arguments: [
            "", "[]", "7", "{", "{}", "tasks: {}", "tasks: 7", "tasks: []", "tasks: [1, [], null]", "a: &a [*a, *a]",
            "tasks: [{id: \"\\0\", title: \"a\\0b\"}]",
            String(repeating: "[", count: 5000), "tasks: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
            "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\ntasks: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]",
            Self.aliasChain, Self.aliasBombAsKey,
            #"{"tasks":[{"id":{},"title":[],"depends_on":"x","dependencies":[7,{"task":null},{"task":"x","type":"no"}]}]}"#,
        ]) func hostile(_ text: String) async throws
    {
        try await TestHub.serve { test in
            let agent = try await test.agent()
            let status = try await agent.send("POST", "/api/v1/server/pipelines", Array(text.utf8)).status
            #expect(status == 400 || status == 422)
            #expect(try await agent.get("/api/v1/server/tasks").status == 200)
        }
    }
}

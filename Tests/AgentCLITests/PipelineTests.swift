import HubCore
import Testing

@Suite struct PipelineTests {
    private let document = """
        tasks:
          - {id: a, title: One, spec: first}
          - title: Two
            spec: second
            depends_on: [a, 0]
            assign: boss
          - title: Three
            spec: third
            depends_on: ["1", 9edb]
        """

    @Test func `goes to the hub in one request, with ids, whole references and no assign`() async throws {
        try await RecordingHub.serve({ request in
            switch request.target {
            case "/api/v1/server/pipelines":
                (
                    201,
                    #"{"pipeline":{"name":null},"tasks":[{"id":"x"},{"id":"y"},{"id":"z"}],"id_map":{"a":"x","task-2":"y","task-3":"z"}}"#
                )
            case "/api/v1/server/tasks": (200, JSONValue.object([.init("tasks", [sampleTask()])]).text)
            default: (200, sampleTask().text)
            }
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub, session: "s-1", project: "p-1")
            try terminal.write(document, to: "plan.yaml")
            let outcome = await terminal.run("pipeline", "create", "--file", "plan.yaml", "--json")
            #expect(outcome.status == 0)
            #expect(outcome.json?["pipeline"] == true && outcome.json?["tasks_created"] == 3 && outcome.json?["id_map"]?["task-2"] == "y")
            #expect(
                hub.requests.map(\.line) == [
                    "GET /api/v1/server/tasks", "POST /api/v1/server/pipelines", "POST /api/v1/server/tasks/y/assign",
                ])
            let sent = try #require(hub.requests[1].json)
            #expect(sent["session_id"] == "s-1" && sent["project_id"] == "p-1")
            #expect(sent["tasks"]?.array?.compactMap { $0["id"] } == ["a", "task-2", "task-3"])
            #expect(sent["tasks"]?.array?[1]["depends_on"] == ["a", "a"])
            #expect(sent["tasks"]?.array?[2]["depends_on"] == ["task-2", .string(taskID)])
            #expect(sent["tasks"]?.array?.contains { $0["assign"] != nil } == false)
            #expect(hub.requests[2].body == #"{"session_name":"boss"}"#)
        }
    }

    @Test func `a hub without pipelines gets the tasks one by one`() async throws {
        let count = Locked(0)
        try await RecordingHub.serve({ request in
            if request.target == "/api/v1/server/pipelines" { return (404, #"{"detail":"no"}"#) }
            if request.method == "GET" { return (200, JSONValue.object([.init("tasks", [sampleTask()])]).text) }
            return (201, JSONValue.object([.init("id", .string("id-\(count.withLock { value -> Int in value += 1; return value })"))]).text)
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            try terminal.write(document, to: "plan.yaml")
            let outcome = await terminal.run("pipeline", "create", "--file", "plan.yaml", "--json")
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.json?["tasks_created"] == 3)
            #expect(outcome.json?["id_map"]?["a"] == "id-1" && outcome.json?["id_map"]?["task-3"] == "id-4")
            let posts = hub.requests.filter { $0.method == "POST" && $0.target == "/api/v1/server/tasks" }
            #expect(posts.map { $0.json?["dependency_ids"] } == [nil, ["id-1", "id-1"], ["id-2", .string(taskID)]])
            #expect(hub.requests.contains { $0.target == "/api/v1/server/tasks/id-2/assign" })
        }
    }

    @Test func `faults are listed, and a document that is none is refused here`() async throws {
        let answer = #"{"detail":"1 fault in the pipeline","faults":[{"path":"tasks[0].depends_on[0]","message":"a circle"}]}"#
        try await RecordingHub.serve({ _ in (422, answer) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let outcome = await terminal.run("pipeline", "create", "--inline", #"{"tasks":[{"id":"a","title":"A","depends_on":["a"]}]}"#)
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("HTTP 422: 1 fault in the pipeline\n  tasks[0].depends_on[0]: a circle"))
            for text in ["[]", "{", "{\"tasks\":[]}", "{\"tasks\":[7]}", "a: ["] {
                #expect(await terminal.run("pipeline", "create", "--inline", text).status == 1)
            }
            #expect(await terminal.run("pipeline", "create", "--file", "nowhere.json").status == 1)
            #expect(hub.requests.count == 1)
        }
    }

    @Test func `a dry run prints the report, and ends with 1 if it would fail`() async throws {
        try await RecordingHub.serve({ request in
            (
                200,
                request.body.contains("good")
                    ? #"{"valid":true,"task_count":1,"edge_count":0,"longest_path":["good"]}"#
                    : #"{"valid":false,"faults":[{"path":"tasks","message":"x"}]}"#
            )
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let good = await terminal.run("pipeline", "create", "--dry-run", "--inline", #"{"tasks":[{"id":"good"}]}"#)
            #expect(good.status == 0 && good.output.contains("Valid: 1 tasks"))
            #expect(await terminal.run("pipeline", "create", "--dry-run", "--inline", #"{"tasks":[{"id":"bad"}]}"#).status == 1)
            #expect(hub.requests.map(\.line) == Array(repeating: "POST /api/v1/server/pipelines/dry-run", count: 2))
        }
    }
}

import HubCore
import Testing

/// Short ids are found in the hub's list (agent protocol, section 4.1).
@Suite struct ShortIDTests {
    private func list(_ ids: [String], next: Int? = nil) -> (status: Int, body: String) {
        (200, JSONValue.object([.init("tasks", .array(ids.map { sampleTask($0) })), .init("next", JSONValue(next))]).text)
    }

    @Test(arguments: ["9edb", "9edb0000-1111", "#42", "42"]) func `the beginning of an id, or a number, costs one look at the list`(
        _ name: String
    ) async throws {
        try await RecordingHub.serve({ $0.target == "/api/v1/server/tasks" ? list([taskID]) : (200, sampleTask().text) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            #expect(await terminal.run("task", "view", name).status == 0)
            #expect(hub.requests.map(\.line) == ["GET /api/v1/server/tasks", "GET /api/v1/server/tasks/\(taskID)"])
        }
    }

    @Test func `a whole id in any case is passed through untouched`() async throws {
        try await RecordingHub.serve({ _ in (200, sampleTask().text) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            #expect(await terminal.run("task", "view", taskID.uppercased()).status == 0)
            #expect(hub.requests.map(\.line) == ["GET /api/v1/server/tasks/\(taskID.uppercased())"])
        }
    }

    @Test func `none, several and too short are errors that say so`() async throws {
        try await RecordingHub.serve({ _ in list([taskID, "9edb1111-1111-4222-8333-444455556666"]) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let (several, none, short, wrongCase) = (
                await terminal.run("task", "view", "9edb"), await terminal.run("task", "view", "ffff"),
                await terminal.run("task", "view", "9ed"),
                await terminal.run("task", "view", "9EDB")
            )
            for outcome in [several, none, short, wrongCase] { #expect(outcome.status == 1 && outcome.output.isEmpty) }
            #expect(several.error.contains("fits several tasks") && several.error.contains("9edb1111"))
            #expect(none.error.contains("no task begins with \"ffff\" among the 2"))
            #expect(short.error.contains("at least 4 characters"))
        }
    }

    @Test func `further pages are read where the hub has them`() async throws {
        try await RecordingHub.serve({ request in
            switch request.target {
            case "/api/v1/server/tasks": list([otherID], next: 7)
            case "/api/v1/server/tasks?after=7": list([taskID])
            default: (200, sampleTask().text)
            }
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            #expect(await terminal.run("task", "view", "9edb").status == 0)
            #expect(hub.requests.last?.line == "GET /api/v1/server/tasks/\(taskID)")
        }
    }
}

/// Reports name their attempt where it is known (agent protocol, section 12).
@Suite struct AttemptTests {
    private func attempt(_ hub: RecordingHub) -> JSONValue? { hub.requests.last?.json?["attempt"] }

    @Test func `the list that a short id costs says the attempt`() async throws {
        try await RecordingHub.serve(oneTask) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            _ = await terminal.run("task", "fail", "9edb", "--error", "x")
            #expect(attempt(hub) == 3)
            _ = await terminal.run("task", "fail", taskID, "--error", "x")
            #expect(attempt(hub) == nil)
        }
    }

    @Test func `what the session was given goes before what the list says now`() async throws {
        let current = Locked(1)
        try await RecordingHub.serve({ request in
            let task = sampleTask(attempt: current.withLock { $0 })
            return request.method == "GET" && !request.target.contains(taskID)
                ? (200, JSONValue.object([.init("count", 1), .init("tasks", [task])]).text) : (200, task.text)
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub, session: "s-1")
            _ = await terminal.run("task", "check")
            current.withLock { $0 = 2 }
            _ = await terminal.run("task", "complete", "9edb", "--result", "late")
            #expect(attempt(hub) == 1)
            // Another session has never heard of attempt 1.
            terminal.environment["ORCHESTRATIA_SESSION_ID"] = "s-2"
            _ = await terminal.run("task", "complete", "9edb", "--result", "mine")
            #expect(attempt(hub) == 2)
            // Who is given the next attempt learns of it.
            terminal.environment["ORCHESTRATIA_SESSION_ID"] = "s-1"
            _ = await terminal.run("task", "start", "9edb")
            #expect(hub.requests.last?.body == "")
            _ = await terminal.run("task", "complete", taskID, "--result", "now")
            #expect(attempt(hub) == 2)
        }
    }

    @Test func `the environment may name the attempt of its own task`() async throws {
        try await RecordingHub.serve({ _ in (200, sampleTask().text) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            (terminal.environment["ORCHESTRATIA_TASK_ID"], terminal.environment["ORCHESTRATIA_ATTEMPT"]) = (taskID, "5")
            _ = await terminal.run("task", "fail", taskID, "--error", "x")
            #expect(attempt(hub) == 5)
            _ = await terminal.run("task", "fail", otherID, "--error", "x")
            #expect(attempt(hub) == nil)
        }
    }

    @Test(arguments: ["../../evil", "a/b", "", String(repeating: "a", count: 100)]) func `a strange session id names no file`(
        _ session: String
    ) async throws {
        try await RecordingHub.serve({ _ in (200, sampleTask().text) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub, session: session)
            #expect(await terminal.run("task", "start", taskID).status == 0)
            _ = await terminal.run("task", "fail", taskID, "--error", "x")
            #expect(attempt(hub) == nil)
        }
    }
}

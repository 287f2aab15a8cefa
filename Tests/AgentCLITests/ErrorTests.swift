import HubCore
import Testing

/// What goes wrong is one sentence, the same way for people and scripts (agent protocol, sections 2 and 4.4).
@Suite struct ErrorTests {
    private static let answers: [(status: Int, body: String, words: String)] = [
        (409, #"{"detail":"not open"}"#, "HTTP 409: not open"), (422, #"{"detail":[{"loc":1}]}"#, #"HTTP 422: [{"loc":1}]"#),
        (500, "<html>oops</html>", "HTTP 500: <html>oops</html>"), (502, "", "HTTP 502: no reason was given"),
        (404, "[1]", "HTTP 404: [1]"),
        (307, "{}", "HTTP 307: redirected"), (401, #"{"detail":"no"}"#, "HTTP 401: no"),
    ]

    @Test(arguments: answers.indices) func `an error of the hub is printed and ends with 1`(_ index: Int) async throws {
        let answer = Self.answers[index]
        try await RecordingHub.serve({ _ in (answer.status, answer.body) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let plain = await terminal.run("task", "view", taskID)
            #expect(plain.status == 1 && plain.output.isEmpty)
            #expect(plain.error.hasPrefix("Error: \(answer.words)"))
            let json = await terminal.run("--json", "task", "view", taskID)
            #expect(json.status == 1 && json.error.isEmpty)
            #expect(json.json?["error"]?.string?.hasPrefix(answer.words) == true)
        }
    }

    @Test func `a refused key says how to get another`() async throws {
        try await RecordingHub.serve({ _ in (401, #"{"detail":"unknown key"}"#) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let outcome = await terminal.run("task", "check")
            #expect(outcome.error.contains("orchestratia-agent --register TOKEN"))
            #expect(!outcome.error.contains("orc_test1234"))
        }
    }

    @Test func `a hub that is not there is named, with what to check`() async throws {
        let terminal = try Terminal()
        terminal.environment["ORCHESTRATIA_HUB_URL"] = "http://127.0.0.1:9"
        terminal.environment["ORCHESTRATIA_API_KEY"] = "orc_test1234"
        let outcome = await terminal.run("task", "check")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("cannot reach the hub at http://127.0.0.1:9: nothing answers there"))
        let status = await terminal.run("status")
        #expect(status.status == 0 && status.output.contains("unreachable"))
        let json = await terminal.run("status", "--json")
        #expect(json.status == 0 && json.json?["connected"] == false && json.json?["error"]?.string?.contains("cannot reach") == true)
    }

    @Test func `a report that got lost is sent again under the same key`() async throws {
        let count = Locked(0)
        try await RecordingHub.serve({ _ in
            count.withLock { count -> Int in
                count += 1
                return count
            } < 3 ? nil : (200, sampleTask().text)
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            #expect(await terminal.run("task", "complete", taskID, "--result", "ok").status == 0)
            let keys = hub.requests.map { $0.headers["idempotency-key"] ?? "" }
            #expect(keys.count == 3 && Set(keys).count == 1 && keys[0].count == 36)
        }
    }

    @Test(arguments: [
        ["task", "complete", taskID], ["task", "create", "--title", "x"],
        ["task", "create", "--title", "x", "--spec", "y", "--priority", "urgent"],
        ["task", "help", taskID, "--question", "q", "--type", "x"], ["task", "update", taskID], ["nonsense"], ["task", "view"],
        ["pipeline", "create"],
        ["task", "help", taskID, "--question", "q", "--option", "=x"], ["task", "check", "--wait", "-1"], ["task", "subscribe", taskID],
        ["task", "deps", "add", taskID], ["--nonsense"],
    ]) func `wrong usage ends with 2 and sends nothing`(_ arguments: [String]) async throws {
        let terminal = try Terminal()
        let outcome = await terminal.run(arguments)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.output.isEmpty && !outcome.error.isEmpty)
    }

    @Test(arguments: [
        ["session", "list"], ["file", "send", "x", "--to", "y"], ["grants"], ["code", "scan"],
        ["remote", "exec", "n", "ls", "--timeout", "3"], ["remote", "read", "a", "b"], ["update"],
    ])
    func `what cannot be is one sentence and 1`(_ arguments: [String]) async throws {
        try await RecordingHub.serve({ _ in (200, "{}") }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let outcome = await terminal.run(arguments)
            #expect(outcome.status == 1)
            #expect(outcome.error.split(separator: "\n").count == 1)
            #expect(hub.requests.isEmpty)
        }
    }

    @Test func `version and help end with 0`() async throws {
        let terminal = try Terminal()
        for flag in ["--version", "-V"] {
            #expect(await terminal.run(flag) == Outcome(status: 0, output: "orchestratia 0.1.0\n", error: ""))
        }
        let help = await terminal.run("--help")
        #expect(help.status == 0 && help.output.contains("pipeline") && !help.output.contains("grants"))
    }

    @Test func `colour only on a terminal, and no text of others steers it`() async throws {
        let evil = JSONValue.object([
            .init("id", .string(taskID)), .init("title", "a\u{1B}]0;x\u{7}b\u{1B}[2Jc\rd"), .init("status", "done"), .init("spec", ""),
        ])
        try await RecordingHub.serve({ _ in (200, evil.text) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let plain = await terminal.run("task", "view", taskID)
            #expect(!plain.output.unicodeScalars.contains { $0.value == 0x1B || $0.value == 7 || $0.value == 13 })
            let coloured = await terminal.run(["task", "view", taskID], colours: true)
            #expect(coloured.output.contains("\u{1B}[32m[done]\u{1B}[0m"))
            #expect(!coloured.output.contains("\u{1B}[2J") && !coloured.output.contains("\u{1B}]"))
        }
    }
}

import Foundation
import HTTPClient
import HubCore
import HubTesting
import Testing

import enum HubCore.JSONValue

/// The built `orchestratia` against the built hub.
@Suite struct CommandLineTests {
    /// A hub, a person's token, and an agent's machine.
    private struct Bench {
        let hub: HubProgram
        let people: RESTClient
        let shell: Shell

        static func with(_ body: (Bench) async throws -> Void) async throws {
            let hub = try HubProgram()
            try await hub.start()
            let transport = try CurlMultiLoop()
            let token = try await hub.run(["registration-token", "--project", "default"]).standard
            let registered = try await RESTClient(transport, apiKey: "").post(
                hub.url + "/api/v1/servers/register",
                ["name": "mac-1", "registration_token": .string(token), "machine_id": "m1", "hostname": "mac-1", "os": "linux"])
            let person = try await hub.run(["api-token", "create", "--project", "default", "--role", "owner", "--name", "Ada"]).standard
            let home = hub.folder + "/home"
            let configuration = home + "/.config/orchestratia"
            try FileManager.default.createDirectory(atPath: configuration, withIntermediateDirectories: true)
            let key = try #require(registered.body["api_key"]?.string)
            try "hub_url: \(hub.url)/\napi_key: \(key)\n".write(toFile: configuration + "/config.yaml", atomically: true, encoding: .utf8)
            do {
                try await body(Bench(hub: hub, people: RESTClient(transport, bearer: person), shell: Shell(environment: ["HOME": home])))
            } catch {
                await transport.shutdown()
                throw error
            }
            #expect(await hub.stop() == 0)
            await transport.shutdown()
        }
    }

    /// A terminal of the agent's machine.
    private struct Shell: Sendable {
        let environment: [String: String]

        func run(_ arguments: String...) async throws -> FinishedProgram { try await run(arguments) }

        /// Runs the program to its end.
        func run(_ arguments: [String]) async throws -> FinishedProgram {
            try await FinishedProgram.run(
                CommandLineTests.path, arguments, environment: environment.merging(["PATH": "/usr/bin:/bin"]) { $1 },
                in: environment["HOME"])
        }

        func json(_ arguments: String...) async throws -> JSONValue {
            let output = try await run(arguments + ["--json"])
            try #require(output.status == 0, "\(arguments): \(output)")
            return try JSONValue(parsing: output.standard)
        }
    }

    private static var path: String { HubProgram.path.replacing("orchestratia-hub", with: "orchestratia") }

    @Test func `an agent takes a task through plan, question and completion`() async throws {
        try await Bench.with { bench in
            let made = try await bench.people.post(bench.hub.url + "/api/v1/tasks", ["title": "Mend the door", "require_plan": true])
            let id = try #require(made.body["id"]?.string)
            let short = String(id.prefix(8))
            #expect(try await bench.shell.json("status")["task_summary"]?["total"] == 1)
            let check = try await bench.shell.json("task", "check", "--wait", "10")
            #expect(check["count"] == 1 && check["tasks"]?.array?.first?["id"] == .string(id))
            #expect(try await bench.shell.json("task", "start", short)["status"] == "planning")
            let planned = try await bench.shell.json("task", "plan", short, "--plan", "1. Oil it")
            #expect(planned["status"] == "plan_review" && planned["plan"]?["summary"] == "1. Oil it")
            let approved = try await bench.people.post(
                bench.hub.url + "/api/v1/tasks/\(id)/approve", ["plan_hash": try #require(planned["plan_hash"])])
            #expect(approved.status == 200)
            #expect(try await bench.shell.json("task", "note", short, "--content", "Half of it")["content"] == "Half of it")

            let shell = bench.shell
            async let answer = shell.run(
                "task", "help", short, "--question", "Which oil?", "--option", "a=Olive", "--option", "b=Motor", "--wait")
            var open: JSONValue?
            let deadline = ContinuousClock.now + .seconds(60)
            while open == nil, ContinuousClock.now < deadline {
                open = try await bench.people.get(bench.hub.url + "/api/v1/interventions?status=pending").body.array?.first
                try await Task.sleep(for: .milliseconds(20))  // between two looks
            }
            #expect(open?["options"]?.array?.count == 2)
            _ = try await bench.people.post(bench.hub.url + "/api/v1/tasks/\(id)/respond", ["response": "Motor"])
            let printed = try await answer
            #expect(printed.status == 0 && printed.standard == "Motor")

            #expect(try await bench.shell.json("task", "complete", short, "--result", #"{"summary":"quiet now"}"#)["status"] == "done")
            let view = try await bench.shell.run("task", "view", "#1")
            #expect(view.standard.contains("Mend the door") && view.standard.contains("quiet now") && !view.standard.contains("\u{1B}"))
            let late = try await bench.shell.run("task", "fail", short, "--error", "x")
            #expect(late.status == 1 && late.error.contains("HTTP 409") && late.standard.isEmpty)
        }
    }

    @Test func `tasks, dependencies and pipelines are made and seen from the command line`() async throws {
        try await Bench.with { bench in
            let first = try #require(try await bench.shell.json("task", "create", "--title", "First", "--spec", "s")["id"]?.string)
            let second = try #require(
                try await bench.shell.json("task", "create", "--title", "Second", "--spec", "s", "--depends-on", first)["id"]?.string)
            #expect(try await bench.shell.json("task", "view", second)["dependencies"]?.array?.count == 1)
            #expect(try await bench.shell.json("task", "deps", "remove", second, "--depends-on", first)["removed"] == true)
            #expect(try await bench.shell.json("task", "deps", "add", second, "--depends-on", first)["resolved"] == false)
            #expect(try await bench.shell.json("task", "update", second, "--title", "Other", "--priority", "low")["title"] == "Other")
            #expect(try await bench.shell.json("task", "cancel", second)["cancelled"] == true)
            #expect(try await bench.shell.json("server", "list")["servers"]?.array?.first?["name"] == "mac-1")
            let plan =
                #"{"tasks":[{"title":"A","spec":"a"},{"title":"B","spec":"b","depends_on":["task-1"]},{"id":"c","title":"C","spec":"c","depends_on":[1]}]}"#
            let pipeline = try await bench.shell.json("pipeline", "create", "--inline", plan)
            #expect(pipeline["tasks_created"] == 3 && pipeline["id_map"]?["c"]?.string?.count == 36)
            let circle = try await bench.shell.run(
                "pipeline", "create", "--inline", #"{"tasks":[{"id":"a","title":"A","depends_on":["a"]}]}"#)
            #expect(circle.status == 1 && circle.error.contains("a circle: a waits for a"))
            #expect(try await bench.shell.json("task", "list")["total"] == 5)
            #expect(try await bench.shell.run("task", "list").standard.contains("#5 C"))
        }
    }

    @Test func `the manual names every command`() async throws {
        let manual = try Checkout.text(of: "docs/cli.md")
        let examples = manual.split(separator: "\n").filter { $0.hasPrefix("orchestratia ") }.map { line in
            line.split(separator: " ").dropFirst().prefix { $0.first?.isLetter == true }.prefix(3).map(String.init)
        }
        #expect(examples.count > 25)
        let home = FileManager.default.temporaryDirectory.path
        var seen: Set<[String]> = []
        for example in examples {
            // The command's own words come first: the longest beginning that has a help of its own.
            for length in stride(from: example.count, through: 1, by: -1) where seen.insert(Array(example.prefix(length))).inserted {
                let help = try await Shell(environment: ["HOME": home]).run(Array(example.prefix(length)) + ["--help"])
                #expect(help.status == 0, "orchestratia \(example.prefix(length).joined(separator: " ")) --help")
            }
        }
        for command in Self.commands {
            #expect(seen.contains(command), "docs/cli.md has no example of orchestratia \(command.joined(separator: " "))")
        }
    }

    private static let commands: [[String]] =
        [
            "check", "view", "status", "list", "start", "plan", "help", "note", "notes", "submit", "complete", "fail", "create", "assign",
            "update", "cancel",
        ].map {
            ["task", $0]
        } + [
            ["task", "deps", "add"], ["task", "deps", "remove"], ["pipeline", "create"], ["intervention", "list"],
            ["intervention", "view"],
            ["intervention", "respond"], ["server", "list"], ["session", "list"], ["file", "send"], ["file", "status"], ["status"],
            ["init"],
        ]
}

import Foundation
import HubCore
import Testing

@testable import AgentCLI

/// Every command sends what other clients of the protocol send (agent protocol, sections 4 and 10).
@Suite struct RequestTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let line: String
        /// `nil`: no body.
        var body: String?
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String, _ line: String, _ body: String? = nil) {
            self.arguments = Case.words(arguments)
            (self.line, self.body) = (line, body)
        }

        /// Blanks divide words, except within quotes.
        private static func words(_ text: String) -> [String] {
            text.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
                index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
            }
        }
    }

    private static let folder = "/api/v1/server"

    static let cases: [Case] = [
        Case("task check", "GET \(folder)/tasks/check?session_id=s-1"),
        Case("task check --wait 20", "GET \(folder)/tasks/check?session_id=s-1&wait=20"),
        Case("task view \(taskID)", "GET \(folder)/tasks/\(taskID)"),
        Case("task status \(taskID)", "GET \(folder)/tasks/\(taskID)"),
        Case("task list", "GET \(folder)/tasks?project_id=p-1"),
        Case("task list --status done", "GET \(folder)/tasks?status=done&project_id=p-1"),
        Case("task start \(taskID)", "POST \(folder)/tasks/\(taskID)/start"),
        Case("task complete \(taskID) --result 'all good'", "POST \(folder)/tasks/\(taskID)/complete", #"{"result":"all good"}"#),
        Case("task complete \(taskID) --result 42", "POST \(folder)/tasks/\(taskID)/complete", #"{"result":42}"#),
        Case("task complete \(taskID) --result null", "POST \(folder)/tasks/\(taskID)/complete", #"{"result":null}"#),
        Case(
            "task complete \(taskID) --result '[1, {\"a\": 1e400}]'", "POST \(folder)/tasks/\(taskID)/complete",
            #"{"result":[1,{"a":1e400}]}"#),
        Case("task complete \(taskID) --result '- a list'", "POST \(folder)/tasks/\(taskID)/complete", #"{"result":"- a list"}"#),
        Case("task submit \(taskID) --result ok", "POST \(folder)/tasks/\(taskID)/submit", #"{"result":"ok"}"#),
        Case("task fail \(taskID) --error 'no disk'", "POST \(folder)/tasks/\(taskID)/fail", #"{"error":"no disk"}"#),
        Case("task plan \(taskID) --plan 'just text'", "POST \(folder)/tasks/\(taskID)/plan", #"{"plan":{"summary":"just text"}}"#),
        Case("task plan \(taskID) --plan '[\"a\"]'", "POST \(folder)/tasks/\(taskID)/plan", #"{"plan":["a"]}"#),
        Case("task note \(taskID) --content prog", "POST \(folder)/tasks/\(taskID)/notes", #"{"content":"prog","urgent":false}"#),
        Case("task note \(taskID) --content prog --urgent", "POST \(folder)/tasks/\(taskID)/notes", #"{"content":"prog","urgent":true}"#),
        Case("task notes \(taskID)", "GET \(folder)/tasks/\(taskID)/notes"),
        Case(
            "task assign \(taskID) --session boss --require-plan", "POST \(folder)/tasks/\(taskID)/assign",
            #"{"session_name":"boss","require_plan":true}"#),
        Case("task assign \(taskID) --session boss", "POST \(folder)/tasks/\(taskID)/assign", #"{"session_name":"boss"}"#),
        Case(
            "task update \(taskID) --title T --priority low --acceptance-criteria A B", "PUT \(folder)/tasks/\(taskID)",
            #"{"title":"T","priority":"low","acceptance_criteria":["A","B"]}"#),
        Case("task cancel \(taskID)", "DELETE \(folder)/tasks/\(taskID)"),
        Case(
            "task create --title T --spec S", "POST \(folder)/tasks",
            #"{"title":"T","spec":"S","priority":"normal","type":"feature","session_id":"s-1","project_id":"p-1"}"#),
        Case(
            "task create --title T --spec S --priority high --type docs --repo web --branch main --acceptance-criteria A --depends-on \(otherID)",
            "POST \(folder)/tasks",
            #"{"title":"T","spec":"S","priority":"high","type":"docs","session_id":"s-1","project_id":"p-1","target_repo":"web","target_branch":"main","acceptance_criteria":["A"],"dependency_ids":["\#(otherID)"]}"#
        ),
        Case(
            "task deps add \(taskID) --depends-on \(otherID)", "POST \(folder)/tasks/\(taskID)/dependencies",
            #"{"depends_on_task_id":"\#(otherID)","dependency_type":"blocks"}"#),
        Case(
            "task deps add \(taskID) --depends-on \(otherID) --type input --contract-key api",
            "POST \(folder)/tasks/\(taskID)/dependencies",
            #"{"depends_on_task_id":"\#(otherID)","dependency_type":"input","contract_key":"api"}"#),
        Case("task deps remove \(taskID) --depends-on \(otherID)", "DELETE \(folder)/tasks/\(taskID)/dependencies/\(otherID)"),
        Case(
            "task usage \(taskID) --tokens-in 1200 --tokens-out 30 --cost 0.10 --model large", "POST \(folder)/tasks/\(taskID)/usage",
            #"{"tokens_in":1200,"tokens_out":30,"cost":"0.10","model":"large"}"#),
        Case(
            "task usage \(taskID) --cost 2 --currency EUR --run second", "POST \(folder)/tasks/\(taskID)/usage",
            #"{"cost":"2","currency":"EUR","run":"second"}"#),
        Case("task update \(taskID) --retry 3", "PUT \(folder)/tasks/\(taskID)", #"{"retry":3}"#),
        Case("server list", "GET \(folder)/servers"),
        Case("session list", "GET \(folder)/sessions?project_id=p-1"),
        Case("remote sessions", "GET \(folder)/sessions?project_id=p-1"),
        Case("intervention list", "GET \(folder)/interventions"),
        Case("intervention list --task-id \(taskID) --status pending", "GET \(folder)/interventions?task_id=\(taskID)&status=pending"),
        Case("intervention respond df16 --response yes", "POST \(folder)/interventions/df16/respond", #"{"response":"yes"}"#),
        Case("file status abc", "GET \(folder)/remote/file-transfer/abc"),
        Case("status", "GET \(folder)/status?session_id=s-1"),
    ]

    @Test(arguments: cases) func `sends exactly this`(_ sample: Case) async throws {
        try await RecordingHub.serve({ _ in (200, sampleTask().text) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub, session: "s-1", project: "p-1")
            for arguments in [sample.arguments + ["--json"], ["--json"] + sample.arguments, sample.arguments] {
                let before = hub.requests.count
                let outcome = await terminal.run(arguments)
                #expect(outcome.status == 0, "\(outcome)")
                #expect(hub.requests.count == before + 1)
                let request = try #require(hub.requests.last)
                #expect(request.line == sample.line)
                #expect(request.headers["x-api-key"] == "orc_test1234")
                #expect(request.headers["content-type"] == "application/json")
                if let body = sample.body { #expect(request.body == body) } else { #expect(request.body.isEmpty) }
                if request.method == "POST", sample.body == nil { #expect(request.headers["content-length"] == "0") }
                if arguments.contains("--json") { #expect(outcome.json != nil) } else { #expect(!outcome.output.isEmpty) }
            }
        }
    }

    @Test func `a question carries its options, and prints where the answer will be`() async throws {
        try await RecordingHub.serve({ _ in (200, #"{"intervention_id":"df160000","status":"pending"}"#) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let outcome = await terminal.run(
                "task", "help", taskID, "--question", "Q?", "--context", "ctx", "--type", "question", "--option", "a=Left", "--option",
                "Right", "--default",
                "a", "--deadline", "60", "--urgency", "high")
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("df160000"))
            #expect(hub.requests.map(\.line) == ["POST /api/v1/server/tasks/\(taskID)/help"])
            #expect(
                hub.requests[0].body
                    == #"{"question":"Q?","intervention_type":"question","context":"ctx","options":[{"id":"a","label":"Left"},{"id":"Right","label":"Right"}],"default_option":"a","deadline_seconds":60,"urgency":"high"}"#
            )
            _ = await terminal.run("task", "help", taskID, "--question", "Q?")
            #expect(hub.requests[1].body == #"{"question":"Q?","intervention_type":"help"}"#)
        }
    }

    @Test func `usage says that the attempt is over, and that it is counted all the same`() async throws {
        try await RecordingHub.serve({ _ in (200, #"{"cost":"1.50","currency":"USD","cap":"5.00","attempt":1,"attempt_over":true}"#) }) {
            hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let outcome = await terminal.run("task", "usage", taskID, "--cost", "1.5")
            let words = "Counted: the task is at 1.50 USD of 5.00.\nThis attempt is over: do nothing more for it.\n"
            #expect(outcome == Outcome(status: 0, output: words, error: ""))
        }
    }

    @Test func `waits for the answer and prints nothing else`() async throws {
        let asked = Locked(0)
        try await RecordingHub.serve({ request in
            if request.method == "POST" { return (200, #"{"intervention_id":"df16","status":"pending"}"#) }
            let count = asked.withLock { count -> Int in
                count += 1
                return count
            }
            // A proxy breaks the second look off; the third brings the answer.
            if count == 1 { return (200, #"{"id":"df16","status":"pending","response":null}"#) }
            return (200, #"{"id":"df16","status":"responded","response":"Take the left one"}"#)
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let outcome = await terminal.run("task", "help", taskID, "--question", "Q?", "--wait")
            #expect(outcome == Outcome(status: 0, output: "Take the left one\n", error: ""))
            #expect(
                hub.requests.map(\.line).dropFirst() == [
                    "GET /api/v1/server/interventions/df16?wait=25", "GET /api/v1/server/interventions/df16?wait=25",
                ])
            let late = await terminal.run("task", "help", taskID, "--question", "Q?", "--wait", "--timeout", "0")
            #expect(late.output == "Take the left one\n")
        }
    }

    @Test func `a wait that is over says so with 1`() async throws {
        try await RecordingHub.serve({
            $0.method == "POST" ? (200, #"{"intervention_id":"df16","status":"pending"}"#) : (200, #"{"status":"pending","response":null}"#)
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let outcome = await terminal.run("task", "help", taskID, "--question", "Q?", "--wait", "--timeout", "0")
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("nobody has answered yet"))
        }
    }

    @Test func `a task that is assigned at once takes two requests, and stays if the second fails`() async throws {
        try await RecordingHub.serve({
            $0.target.hasSuffix("/assign") ? (404, #"{"detail":"there is no session boss"}"#) : (201, sampleTask().text)
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            let outcome = await terminal.run("task", "create", "--title", "T", "--spec", "S", "--assign", "boss", "--require-plan")
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("was created, but could not be assigned: HTTP 404: there is no session boss"))
            #expect(hub.requests.map(\.line) == ["POST /api/v1/server/tasks", "POST /api/v1/server/tasks/\(taskID)/assign"])
        }
    }

    @Test func `a file is offered and waited for`() async throws {
        let looks = Locked(0)
        try await RecordingHub.serve({ request in
            if request.method == "POST" { return (200, #"{"transfer_id":"x1","status":"pending"}"#) }
            let count = looks.withLock { count -> Int in
                count += 1
                return count
            }
            return (200, count == 1 ? #"{"status":"transferring"}"# : #"{"status":"completed","filename":"a b.txt"}"#)
        }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub, project: "p-1")
            try terminal.write("abc", to: "a b.txt")
            let outcome = await terminal.run("file", "send", "a b.txt", "--to", "boss")
            #expect(outcome.status == 0)
            let offer = try #require(hub.requests.first?.json)
            #expect(hub.requests.first?.line == "POST /api/v1/server/remote/file-transfer")
            #expect(
                offer["target_session"] == "boss" && offer["project_id"] == "p-1" && offer["filename"] == "a b.txt"
                    && offer["file_size"] == 3)
            #expect(offer["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
            #expect(offer["file_path"]?.string?.hasSuffix("/a b.txt") == true)
            #expect(offer["file_path"]?.string?.hasPrefix("/") == true)
        }
    }
}

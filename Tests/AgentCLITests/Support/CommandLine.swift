import Foundation
import HubCore

@testable import AgentCLI

/// What a command line printed, and how it ended.
struct Outcome: Equatable {
    var status: Int32
    var output: String
    var error: String

    var json: JSONValue? { try? JSONValue(parsing: output) }
}

/// Folders of its own, and command lines run in them.
final class Terminal {
    let folder: String
    var environment: [String: String]
    var input = ""

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("cli-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder + "/tmp", withIntermediateDirectories: true)
        environment = ["HOME": folder, "TMPDIR": folder + "/tmp", "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func point(to hub: RecordingHub, session: String? = nil, project: String? = nil) {
        environment["ORCHESTRATIA_HUB_URL"] = "http://127.0.0.1:\(hub.port)/"
        environment["ORCHESTRATIA_API_KEY"] = "orc_test1234"
        environment["ORCHESTRATIA_SESSION_ID"] = session
        environment["ORCHESTRATIA_PROJECT_ID"] = project
    }

    func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: folder + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    func run(_ arguments: String..., colours: Bool = false) async -> Outcome { await run(arguments, colours: colours) }

    func run(_ arguments: [String], colours: Bool = false) async -> Outcome {
        let (output, error) = (Locked(""), Locked(""))
        let console = Console(isColoured: colours) { text in
            output.withLock { $0 += text }
        } complaints: { text in
            error.withLock { $0 += text }
        }
        let bytes = Array(input.utf8)
        let surroundings = Surroundings(
            environment: environment, workingDirectory: folder, console: console, readInput: { bytes },
            retryPauses: [.milliseconds(5), .milliseconds(5)],
            systemConfiguration: folder + "/etc/config.yaml")
        let status = await CommandLineTool.run(arguments, in: surroundings)
        return Outcome(status: status, output: output.withLock { $0 }, error: error.withLock { $0 })
    }
}

let taskID = "9edb0000-1111-4222-8333-444455556666"
let otherID = "77770000-1111-4222-8333-444455556666"

/// A task as hubs send it.
func sampleTask(_ id: String = taskID, status: String = "running", attempt: Int = 3) -> JSONValue {
    [
        "id": .string(id), "number": 42, "title": "Mend the door", "spec": "Oil it.", "status": .string(status), "priority": "high",
        "type": "bugfix", "attempt": JSONValue(attempt), "assigned_server_name": "mac-1", "acceptance_criteria": ["it is silent"],
        "dependencies": [["depends_on_task_id": .string(otherID), "resolved": true, "dependency_type": "blocks"]], "resolved_inputs": nil,
        "plan": nil, "plan_feedback": nil, "result": nil,
    ]
}

/// Answers the list with one task, and everything else with that task.
let oneTask: RecordingHub.Answer = { request in
    request.method == "GET" && request.target.hasPrefix("/api/v1/server/tasks") && !request.target.contains(taskID)
        ? (200, JSONValue.object([.init("tasks", [sampleTask()]), .init("count", 1), .init("total", 1)]).text) : (200, sampleTask().text)
}

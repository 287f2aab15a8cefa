import ArgumentParser
import HubCore

/// What an agent sees first (agent protocol, section 8.8). Exit code 0 even where the hub does not answer.
struct StatusCommand: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show where you are, and what there is to do.")

    func run(in invocation: Invocation) async throws {
        let status = await HubStatus.ask(in: invocation)
        invocation.show(status) { HubStatus.text(of: status, $0) }
    }
}

enum HubStatus {
    /// The hub's answer over what is known here; `connected` is false where none came.
    static func ask(in invocation: Invocation) async -> JSONValue {
        let surroundings = invocation.surroundings
        let settings: AgentSettings
        do {
            settings = try AgentSettings(surroundings)
        } catch {
            return skeleton(surroundings, hub: nil, error: "\(error)")
        }
        let local = skeleton(surroundings, hub: settings.hub, error: nil)
        do {
            let answer = try await invocation.withHub(settings) { hub in
                try await hub.get("/api/v1/server/status", query: [("session_id", settings.session)], within: .seconds(5))
            }
            guard answer["connected"]?.bool == true else {
                return merge(local, ["error": answer["error"] ?? "the hub says that it is not connected"])
            }
            return merge(local, answer)
        } catch {
            return merge(local, ["error": .string("\(error)")])
        }
    }

    private static func skeleton(_ surroundings: Surroundings, hub: String?, error: String?) -> JSONValue {
        [
            "connected": false, "hub_url": JSONValue(hub), "server_name": nil,
            "session_id": JSONValue(surroundings.variable("ORCHESTRATIA_SESSION_ID")),
            "session_name": nil, "project_id": JSONValue(surroundings.variable("ORCHESTRATIA_PROJECT_ID")), "project_name": nil,
            "role": "worker", "tasks": [], "task_summary": ["pending": 0, "running": 0, "total": 0],
            "version": .string(CommandLineTool.version), "error": JSONValue(error),
        ]
    }

    private static func merge(_ local: JSONValue, _ answer: JSONValue) -> JSONValue {
        var members = local.members ?? []
        for member in answer.members ?? [] {
            if let index = members.firstIndex(where: { $0.name == member.name }) {
                // What this session knows of itself stands where the hub says nothing.
                if !member.value.isNull { members[index] = member }
            } else {
                members.append(member)
            }
        }
        if let name = answer["session_name"]?.string?.lowercased(), !name.isEmpty,
            let index = members.firstIndex(where: { $0.name == "role" })
        {
            let leads = ["orchestrat", "platform", "coordinator"].contains { name.contains($0) }
            members[index].value = leads ? "orchestrator" : "worker"
        }
        return .object(members)
    }

    static func text(of status: JSONValue, _ console: Console) -> String {
        guard status["connected"]?.bool == true else {
            return console.style("unreachable", .red) + "  \(status["hub_url"]?.string ?? "no hub")\n  \(status["error"]?.string ?? "")"
        }
        var lines = [
            console.style("connected", .green) + "  \(status["hub_url"]?.string ?? "")",
            "  server   \(status["server_name"]?.string ?? "-")",
            "  project  \(status["project_name"]?.string ?? status["project_id"]?.string ?? "-")",
        ]
        if let session = status["session_name"]?.string ?? status["session_id"]?.string {
            lines.append("  session  \(session) (\(status["role"]?.string ?? "worker"))")
        }
        let summary = status["task_summary"]
        lines.append("  tasks    \(summary?["running"]?.int ?? 0) running, \(summary?["pending"]?.int ?? 0) to start")
        if (summary?["total"]?.int ?? 0) > 0 {
            for task in status["tasks"]?.array ?? [] { lines.append("    " + TaskText(task: task, console: console).line) }
            lines.append("Run `orchestratia task check` for all of it.")
        }
        return lines.joined(separator: "\n")
    }
}

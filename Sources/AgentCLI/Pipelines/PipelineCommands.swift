import ArgumentParser
import Foundation
import HubCore

struct PipelineCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Make several tasks that depend on each other.", subcommands: [PipelineCreate.self])
}

/// Sends a whole document, which becomes tasks in one transaction or not at all; a hub without that gets the tasks one by one, as other
/// clients make them (agent protocol, sections 4.3 and 12).
struct PipelineCreate: AgentCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make the tasks of a document, all or none.",
        discussion: "The document is JSON or YAML: {\"tasks\": [{\"id\", \"title\", \"spec\", \"depends_on\": [id], …}]}.")

    @Option(help: ArgumentHelp("A file that holds the document.", valueName: "path"))
    var file: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The document itself.", valueName: "json"))
    var inline: String?

    @Flag(help: "Make nothing: only say what is wrong with it and what would be made.")
    var dryRun = false

    func validate() throws {
        guard (file == nil) != (inline == nil) else {
            throw ValidationError("give the document by --file or --inline, and only one of them")
        }
    }

    func run(in invocation: Invocation) async throws {
        let document = try PipelineDocument(text: try text(invocation.surroundings))
        try await invocation.withHub { hub in
            if dryRun {
                let report = try await hub.post("/api/v1/server/pipelines/dry-run", try await document.json(over: hub))
                invocation.show(report) { Self.text(ofReport: report, $0) }
                if report["valid"]?.bool == false { throw ExitCode(1) }
                return
            }
            let made = try await make(document, over: hub)
            invocation.show(made) { console in
                (["Created \(made["tasks_created"]?.int ?? 0) tasks."]
                    + (made["tasks"]?.array ?? []).map { "  " + TaskText(task: $0, console: console).line }).joined(separator: "\n")
            }
        }
    }

    private func text(_ surroundings: Surroundings) throws -> String {
        if let inline { return inline }
        let path = surroundings.absolute(file ?? "")
        guard let data = FileManager.default.contents(atPath: path) else { throw Failure.sentence("the file \(path) cannot be read") }
        return String(decoding: data, as: UTF8.self)
    }

    private func make(_ document: PipelineDocument, over hub: HubConnection) async throws -> JSONValue {
        do {
            let answer = try await hub.post("/api/v1/server/pipelines", try await document.json(over: hub))
            let tasks = answer["tasks"]?.array ?? []
            let map = answer["id_map"] ?? .object([])
            try await document.assign(map, over: hub)
            return [
                "pipeline": true, "tasks_created": JSONValue(tasks.count), "id_map": map, "tasks": .array(tasks),
                "name": answer["pipeline"]?["name"] ?? .null,
            ]
        } catch Failure.refused(404, _) {
            return try await document.makeOneByOne(over: hub)
        }
    }

    private static func text(ofReport report: JSONValue, _ console: Console) -> String {
        guard report["valid"]?.bool == true else {
            let faults = (report["faults"]?.array ?? []).map { "  \($0["path"]?.string ?? ""): \($0["message"]?.string ?? "")" }
            return ([console.style("Not valid.", .red)] + faults).joined(separator: "\n")
        }
        var lines = [console.style("Valid", .green) + ": \(report["task_count"]?.int ?? 0) tasks, \(report["edge_count"]?.int ?? 0) edges."]
        if let path = report["longest_path"]?.array?.compactMap(\.string), !path.isEmpty {
            lines.append("Longest path: \(path.joined(separator: " → "))")
        }
        if let stop = report["first_human_stop"], !stop.isNull {
            lines.append("First human stop: \(stop["task"]?.string ?? "?"), \(stop["kind"]?.string ?? "")")
        }
        for item in report["unplaceable"]?.array ?? [] {
            lines.append(console.style("No server can run \(item["task"]?.string ?? "?")", .yellow) + ": \(item["reason"]?.string ?? "")")
        }
        return lines.joined(separator: "\n")
    }
}

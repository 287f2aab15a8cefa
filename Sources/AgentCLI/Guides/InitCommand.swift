import ArgumentParser
import Foundation
import HubCore

struct InitCommand: AgentCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Teach Claude Code, Gemini CLI and Codex CLI on this machine how to report.",
        discussion: """
            Writes a skill and adds hooks to the user's settings of each program. The hooks do nothing outside of a session of the hub.
            Codex runs hooks only after you have trusted them once, by /hooks in Codex.
            """)

    @Flag(help: "Write nothing: print what would be written.")
    var print = false

    @Flag(help: "Write over a skill that somebody has changed.")
    var force = false

    /// A file, and what it holds afterwards.
    private struct Change {
        var path: String
        var text: String
        var state: String
    }

    func run(in invocation: Invocation) async throws {
        let home = invocation.surroundings.home
        var changes: [Change] = []
        for program in AgentProgram.allCases {
            let setup = AgentSetup(program: program)
            if !changes.contains(where: { $0.path == home + "/" + setup.skillPath }) {
                changes.append(skill(at: home + "/" + setup.skillPath))
            }
            changes.append(try settings(setup, at: home + "/" + setup.settingsPath))
        }
        if !print { for change in changes where change.state == "written" { try write(change) } }
        let report = changes.map { change -> JSONValue in
            .present([
                ("path", .string(change.path)), ("state", .string(print ? "printed" : change.state)),
                ("text", JSONValue.unlessEmpty(print ? change.text : "")),
            ])
        }
        invocation.show(["initialized": JSONValue(!print), "files": .array(report)]) { console in
            if print {
                return changes.map { console.style("# \($0.path)", .bold) + "\n" + $0.text }.joined(separator: "\n\n")
            }
            return Table(rows: changes.map { [$0.state, $0.path] }).text
        }
    }

    private func skill(at path: String) -> Change {
        let old = try? String(contentsOfFile: path, encoding: .utf8)
        let state =
            old == nil || force ? "written" : old == AgentGuide.skill ? "unchanged" : "kept, as it was changed (--force writes over it)"
        return Change(path: path, text: AgentGuide.skill, state: old == AgentGuide.skill ? "unchanged" : state)
    }

    private func settings(_ setup: AgentSetup, at path: String) throws -> Change {
        var old: JSONValue = .object([])
        if let data = FileManager.default.contents(atPath: path), !data.isEmpty {
            guard let json = try? JSONValue(parsing: Array(data)), json.members != nil else {
                throw Failure.sentence(
                    "\(path) is not plain JSON, so the hooks cannot be added there: add them by hand, as --print shows them")
            }
            old = json
        }
        let new = setup.merged(into: old)
        return Change(
            path: path, text: print ? setup.hooks.indented + "\n" : new.indented + "\n", state: new == old ? "unchanged" : "written")
    }

    private func write(_ change: Change) throws {
        let url = URL(fileURLWithPath: change.path).resolvingSymlinksInPath()
        do {
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            // Settings may hold secrets: whoever could not read the old file cannot read the new one.
            let permissions = try? FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
            try Data(change.text.utf8).write(to: url, options: .atomic)
            if let permissions { try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: url.path) }
        } catch {
            throw Failure.sentence("\(change.path) cannot be written: check the permissions")
        }
    }
}

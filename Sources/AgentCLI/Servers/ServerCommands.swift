import ArgumentParser
import HubCore

struct ServerCommands: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "server", abstract: "The project's machines.", subcommands: [List.self])

    struct List: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "List the project's machines.")

        func run(in invocation: Invocation) async throws {
            let answer = try await invocation.withHub { try await $0.get("/api/v1/server/servers") }
            invocation.show(answer) { console in
                let servers = answer["servers"]?.array ?? []
                if servers.isEmpty { return "No servers." }
                return Table(
                    rows: servers.map { server in
                        let status = server["status"]?.string ?? "?"
                        let repositories = server["repos"]?.members?.map(\.name) ?? server["repos"]?.array?.compactMap(\.string) ?? []
                        return [
                            server["name"]?.string ?? "-", console.style(status, status == "online" ? .green : .dim),
                            server["os"]?.string ?? "-", server["hostname"]?.string ?? "-", repositories.sorted().joined(separator: ", "),
                        ]
                    }
                ).text
            }
        }
    }
}

struct SessionCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "The project's terminals.", subcommands: [SessionList.self])
}

struct SessionList: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the project's sessions.")

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in
            try await hub.get("/api/v1/server/sessions", query: [("project_id", try hub.neededProject())])
        }
        invocation.show(answer) { console in
            let sessions = answer["sessions"]?.array ?? []
            if sessions.isEmpty { return "No sessions." }
            return Table(
                rows: sessions.map { session in
                    [
                        session["name"]?.string ?? "-", session["status"]?.string ?? "?", session["server_name"]?.string ?? "-",
                        String((session["id"]?.string ?? "").prefix(8)), session["working_directory"]?.string ?? "",
                    ]
                }
            ).text
        }
    }
}

extension HubConnection {
    /// Some requests name things by a project that only a session's environment knows (agent protocol, section 4).
    func neededProject() throws -> String {
        guard let project = settings.project else {
            throw Failure.sentence("this needs a project: run it in a session of the hub, or set ORCHESTRATIA_PROJECT_ID")
        }
        return project
    }
}

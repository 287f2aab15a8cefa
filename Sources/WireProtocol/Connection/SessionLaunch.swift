import HubCore

/// `session_start` (agent protocol, section 6.3; what comes after ``role`` only for clients with ``ClientFeature/launch``).
package struct SessionLaunch: Hashable, Sendable {
    package var session: String
    /// `nil`, or one that is not there: the home directory.
    package var workingDirectory: String?
    package var columns: Int
    package var rows: Int
    package var project: String?
    package var agentType: String?
    package var role: String?
    /// Arguments of the program to run instead of the login shell.
    package var command: [String]
    /// Added to the session's environment.
    package var environment: [String: String]
    package var task: String?
    /// What the agent is told once it waits for input, where the command does not carry it.
    package var prompt: String?
    /// A text for a file of the session's own, whose path stands for `{file}` in ``command``; for clients with
    /// ``ClientFeature/promptFile``.
    package var promptFile: String?
    package var worktree: Worktree?
    /// The API key for the session's environment, instead of the machine's.
    package var sessionKey: String?

    /// A working tree of a repository that the machine has.
    package struct Worktree: Hashable, Sendable {
        /// A name from the machine's `repos`.
        package var repository: String
        package var branch: String?
        /// What the branch starts from.
        package var base: String?
        /// Where it cannot be made the session starts in its working directory, and says so.
        package var isOptional: Bool

        package init(repository: String, branch: String? = nil, base: String? = nil, isOptional: Bool = false) {
            (self.repository, self.branch, self.base, self.isOptional) = (repository, branch, base, isOptional)
        }
    }

    package init(session: String, workingDirectory: String? = nil, columns: Int = 120, rows: Int = 40, project: String? = nil) {
        (self.session, self.workingDirectory, self.project) = (session, workingDirectory, project)
        (self.columns, self.rows) = (columns, rows)
        (command, environment) = ([], [:])
    }

    init(_ fields: Fields) throws(WireFault) {
        session = try fields.sessionName()
        workingDirectory = try fields.string("working_directory")
        columns = try fields.cells("cols") ?? 120
        rows = try fields.cells("rows") ?? 40
        project = try fields.string("project_id")
        agentType = try fields.string("agent_type")
        role = try fields.string("role")
        command = try fields.strings("command") ?? []
        environment = [:]
        for member in fields.value("env")?.members ?? [] { environment[member.name] = member.value.string }
        task = try fields.string("task_id")
        prompt = try fields.string("prompt")
        promptFile = try fields.string("prompt_file")
        if let tree = try fields.object("worktree") {
            worktree = Worktree(
                repository: try tree.requiredString("repo"), branch: try tree.string("branch"), base: try tree.string("base"),
                isOptional: try tree.bool("optional") ?? false)
        }
        sessionKey = try fields.string("session_key")
    }

    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("session_id", .string(session))]
        members.add("working_directory", workingDirectory)
        members.add("cols", columns)
        members.add("rows", rows)
        members.add("project_id", project)
        members.add("agent_type", agentType)
        members.add("role", role)
        if !command.isEmpty { members.append(.init("command", .array(command.map(JSONValue.typed)))) }
        if !environment.isEmpty {
            members.append(.init("env", .object(environment.sorted { $0.key < $1.key }.map { .init($0.key, .typed($0.value)) })))
        }
        members.add("task_id", task)
        members.add("prompt", prompt)
        members.add("prompt_file", promptFile)
        if let worktree {
            var tree: [JSONValue.Member] = [.init("repo", .typed(worktree.repository))]
            tree.add("branch", worktree.branch)
            tree.add("base", worktree.base)
            if worktree.isOptional { tree.append(.init("optional", true)) }
            members.append(.init("worktree", .object(tree)))
        }
        members.add("session_key", sessionKey)
        return members
    }
}

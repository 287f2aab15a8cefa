import Foundation
import HubCore

/// What this machine can do, found out by looking (agent protocol, section 12).
package struct CapabilityDetection: Sendable {
    /// Where programs are looked for: the `PATH` of a login shell, since that is where sessions find them.
    let path: String
    let configuration: AgentConfiguration

    /// A word for requirements, and the programs of which one is enough.
    private static let languages: [(name: String, programs: [String])] = [
        ("swift", ["swift"]), ("python", ["python3", "python"]), ("javascript", ["node"]), ("typescript", ["tsc"]), ("go", ["go"]),
        ("rust", ["rustc"]), ("java", ["javac"]), ("kotlin", ["kotlinc"]), ("c", ["gcc", "clang", "cc"]), ("c++", ["g++", "clang++"]),
        ("ruby", ["ruby"]), ("php", ["php"]), ("csharp", ["dotnet"]), ("elixir", ["elixir"]), ("perl", ["perl"]),
    ]
    private static let tools = [
        "git", "gh", "docker", "podman", "kubectl", "make", "cmake", "ninja", "npm", "pnpm", "yarn", "bun", "deno", "uv", "poetry", "cargo",
        "psql", "sqlite3", "redis-cli", "terraform", "ansible", "ffmpeg", "jq", "rg", "tmux", "curl",
    ]
    private static let agents: [(type: String, program: String)] = [
        ("claude", "claude"), ("codex", "codex"), ("gemini", "gemini"), ("aider", "aider"), ("opencode", "opencode"),
        ("cursor", "cursor-agent"), ("amp", "amp"), ("goose", "goose"), ("qwen", "qwen"), ("crush", "crush"),
    ]

    /// - Returns: `capabilities` and `repos` for `system_info`.
    func report() async -> (capabilities: JSONValue, repositories: JSONValue) {
        let languages = Self.languages.filter { $0.programs.contains { ProgramSearch.find($0, in: path) != nil } }.map(\.name)
        let tools = Self.tools.filter { ProgramSearch.find($0, in: path) != nil }
        async let agents = agents()
        async let repositories = repositories()
        var members: [JSONValue.Member] = [
            .init("languages", JSONValue(languages)), .init("environments", JSONValue(configuration.environments)),
            .init("tools", JSONValue(tools)), .init("tags", JSONValue(configuration.tags)), .init("agents", .array(await agents)),
        ]
        if let slots = configuration.slots { members.append(.init("slots", JSONValue(slots))) }
        return (.object(members), await repositories)
    }

    private func agents() async -> [JSONValue] {
        await withTaskGroup(of: JSONValue?.self) { group in
            for (type, program) in Self.agents {
                guard let command = ProgramSearch.find(program, in: path) else { continue }
                group.addTask {
                    ["type": .string(type), "command": .string(command), "version": JSONValue(await version(of: command))]
                }
            }
            var found: [JSONValue] = []
            for await agent in group { if let agent { found.append(agent) } }
            return found.sorted { ($0["type"]?.string ?? "") < ($1["type"]?.string ?? "") }
        }
    }

    /// The first line of `--version` that holds a digit; a program that hangs or fails has none.
    private func version(of program: String) async -> String? {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ORCHESTRATIA_") }
        environment["PATH"] = path
        var command = Command([program, "--version"], environment: environment, in: "/")
        command.limit = .seconds(10)
        command.outputLimit = 64 << 10
        guard let result = try? await command.run(), result.isSuccess else { return nil }
        return result.lines.first { $0.contains(where: \.isNumber) }.map { String($0.prefix(80)) }
    }

    private func repositories() async -> JSONValue {
        var members: [JSONValue.Member] = []
        for (name, repository) in configuration.repositories.sorted(by: { $0.key < $1.key }) {
            let remote = await git(["remote", "get-url", "origin"], in: repository.path).map(Self.withoutPassword)
            let current = await git(["symbolic-ref", "--short", "HEAD"], in: repository.path)
            members.append(
                .init(
                    name,
                    ["path": .string(repository.path), "remote": JSONValue(remote), "branch": JSONValue(repository.branch ?? current)]))
        }
        return .object(members)
    }

    private func git(_ arguments: [String], in directory: String) async -> String? {
        guard let result = try? await Git(path: path).run(arguments, in: directory), result.isSuccess, !result.text.isEmpty else {
            return nil
        }
        return result.text
    }

    /// The address without the user and password that may stand in it.
    static func withoutPassword(_ remote: String) -> String {
        guard let scheme = remote.range(of: "://"), let at = remote[scheme.upperBound...].firstIndex(of: "@") else { return remote }
        let end = remote[scheme.upperBound...].firstIndex(of: "/") ?? remote.endIndex
        return at < end ? String(remote[..<scheme.upperBound] + remote[remote.index(after: at)...]) : remote
    }
}

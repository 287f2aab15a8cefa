import Foundation
import WireProtocol

/// From the hub's order to a running terminal. What was taken on the way is given back when it fails.
struct SessionStart: Sendable {
    let parts: Sessions.Parts
    let launch: SessionLaunch
    let key: String?

    func run(_ feed: OutputFeed) async throws -> TerminalSession {
        let base = await parts.ports.lease(to: launch.session)
        do {
            return try await open(feed, portBase: base)
        } catch {
            if let base { await parts.ports.release(base) }
            if launch.worktree != nil { await parts.worktrees.release(launch.session) }
            await parts.records.remove(launch.session)
            throw error
        }
    }

    private func open(_ feed: OutputFeed, portBase: Int?) async throws -> TerminalSession {
        let configuration = parts.configuration
        var tree: Worktrees.Tree?
        var note: String?
        if let wanted = launch.worktree {
            do {
                tree = try await parts.worktrees.lease(
                    repository: wanted.repository, branch: wanted.branch, base: wanted.base, to: launch.session)
            } catch  where wanted.isOptional {
                note = "it has no working tree of its own: \(error)"
                parts.log.warning("a session has no working tree", metadata: ["session": "\(launch.session)", "error": "\(error)"])
            }
        }
        let directory = tree?.path ?? directory(configuration.home)
        var variables = parts.environment.variables(
            for: launch, hub: configuration.hub, key: key, ports: portBase.map { ($0, configuration.ports.size) })
        if let tree { variables["ORCHESTRATIA_WORKTREE"] = tree.path }
        let command = try await command()
        let terminalLaunch = PseudoTerminal.Launch(
            arguments: parts.environment.arguments(for: command, shell: configuration.sessions.shell), environment: variables,
            directory: directory, size: WindowSize(columns: launch.columns, rows: launch.rows))
        let name = parts.tmux == nil ? "" : TmuxServer.name(of: launch.session)
        let record = SessionRecord(
            session: launch.session, tmuxName: name, workingDirectory: directory, portBase: portBase, worktree: tree?.path,
            hasCommand: !launch.command.isEmpty)
        try await parts.records.save(record)
        let tag = SessionEnvironment.tag(of: launch.session)
        let terminal: SessionTerminal
        if let tmux = parts.tmux {
            terminal = try await SessionTerminal.new(terminalLaunch, in: tmux, name: name, tag: tag, census: parts.census)
        } else {
            terminal = try await SessionTerminal.plain(terminalLaunch, tag: tag, census: parts.census)
        }
        let session = TerminalSession(
            record, terminal: terminal, feed: feed, grace: configuration.sessions.grace, times: parts.times, note: note)
        if let prompt = launch.prompt, !prompt.isEmpty {
            let text = PushText(TaskPush(session: launch.session, task: launch.task, .response(prompt)))
            session.addNote(text, quiet: parts.times.promptQuiet, deadline: .now + parts.times.promptLimit) { _ in }
        }
        return session
    }

    /// The program and its arguments, with the path of the file that holds its task.
    private func command() async throws -> [String] {
        guard let text = launch.promptFile else { return launch.command }
        let path = try await parts.records.savePrompt(text, of: launch.session)
        return launch.command.map { $0.replacing("{file}", with: path) }
    }

    private func directory(_ home: String) -> String {
        guard let wanted = launch.workingDirectory, !wanted.utf8.contains(0) else { return home }
        let path = AgentConfiguration.expanded(wanted, home)
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue ? path : home
    }
}

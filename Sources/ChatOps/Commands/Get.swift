import HubCore
import HubService

/// `/get`: brings a file from a task's server.
struct GetCommand: ChatCommand {
    static let permission: Permission? = .fetchFile
    let task: TaskName?
    let path: String

    init(_ line: CommandLine) throws(UsageError) {
        var rest = line.rest.trimmed
        task = line.words.first.flatMap { $0.contains("/") ? nil : TaskName(inText: $0) }
        if task != nil, let word = line.words.first { rest = rest.dropFirst(word.count).trimmed }
        path = rest.unquoted
        guard !path.isEmpty else { throw UsageError("say which file") }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let reference = try await context.reference(task, orShown: true)
        let view = try await context.view(reference)
        let file = try await context.run(RequestFile(from: .task(.id(view.task.id)), path: path))
        let server = AgentText.line(view.serverName ?? "its server", limit: 64)
        var text: ChatText = "📥 "
        text.append(AgentText.block(file.path ?? file.name, limit: 200), .code)
        text.append(" of \(context.label.text(view)) is asked for from \(server).")
        if !view.isServerOnline { text.append(" Queued until \(server) is back: it is offline now.") }
        return ChatReply([ChatMessage(text, topic: .task(view.task.id))], file: file.id)
    }
}

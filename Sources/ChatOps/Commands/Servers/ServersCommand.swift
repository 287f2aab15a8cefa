import HubCore
import HubService

/// `/servers`: what is online and what it does; owners drain and revoke, and say what it can do.
struct ServersCommand: ChatCommand {
    static let permission: Permission? = .see
    /// A server's name, which may hold spaces, or its id; and what is to be done with it. Where the one ends the names that there are tell.
    let words: [String]

    init(_ line: CommandLine) throws(UsageError) {
        var words = line.words.map(\.withPlainPunctuation)
        if words.first?.hasPrefix("@") == true { words[0].removeFirst() }
        self.words = words.filter { !$0.isEmpty }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        // Buttons say the id: it means the same in every chat, and a name may end in words that are orders.
        if let id = words.first.flatMap({ Server.ID($0) }), let found = try await server(id, context) {
            return try await reply(to: try ServerOrder(words.dropFirst()), on: found.line, in: found.project, context)
        }
        let project = try await context.project()
        let lines = try await context.ask(ListServers(in: project.id))
        guard !words.isEmpty else { return context.reply(ServerList(project: project, lines: lines, context: context).message()) }
        guard let (line, order) = try named(lines) else {
            let end = words.indices.dropFirst().first { ServerOrder.begins(with: words[$0]) } ?? words.endIndex
            let there = lines.isEmpty ? "none is registered yet" : "there is \(lines.prefix(10).map(\.server.name).joined(separator: ", "))"
            throw UsageError("there is no server “\(words[..<end].joined(separator: " "))” in \(project.name): \(there)")
        }
        return try await reply(to: order, on: line, in: project, context)
    }

    /// - Returns: `nil` for a server that is not there, and for one that the person may not see.
    private func server(_ id: Server.ID, _ context: ChatContext) async throws -> GetServer.Answer? {
        do { return try await context.ask(GetServer(id)) } catch HubError.notFound { return nil }
    }

    /// The server whose name the words begin with, and what the words behind it say. Of several names the longest that leaves an order.
    ///
    /// - Throws: ``UsageError`` where none of them does.
    private func named(_ lines: [ListServers.Line]) throws(UsageError) -> (line: ListServers.Line, order: ServerOrder)? {
        let typed = words.map { $0.lowercased() }
        let found = lines.compactMap { line -> (line: ListServers.Line, length: Int)? in
            let name = line.server.name.withPlainPunctuation.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
            return !name.isEmpty && typed.starts(with: name) ? (line, name.count) : nil
        }
        var fault: UsageError?
        for (line, length) in found.sorted(by: { $0.length > $1.length }) {
            do { return (line, try ServerOrder(words.dropFirst(length))) } catch { fault = fault ?? error }
        }
        if let fault { throw fault }
        return nil
    }

    private func reply(
        to order: ServerOrder, on line: ListServers.Line, in project: Project, _ context: ChatContext
    ) async throws -> ChatReply {
        let (id, name) = (line.server.id, AgentText.line(line.server.name, limit: 64))
        switch order {
        case .show: break
        case .change(let changes): _ = try await context.run(EditServer(id.text, in: project.id, changes: changes))
        case .act(let action, isConfirmed: false):
            try await context.require(action == .revoke ? .revokeServer : .editServer, in: project)
            return context.reply(question(action, line))
        case .act(.revoke, isConfirmed: true):
            _ = try await context.run(RevokeServer(id.text, in: project.id))
            return context.reply(ChatText("\(name) is revoked: its key is dead, and its tasks wait for another server."))
        case .act(let action, isConfirmed: true):
            _ = try await context.run(EditServer(id.text, in: project.id, isDrained: action == .drain))
            return context.reply(ChatText(action == .drain ? "\(name) takes no new work." : "\(name) takes work again."))
        }
        let isOwner = try await context.role(in: project.id)?.allows(.editServer) ?? false
        let current = try await order == .show ? line : context.ask(GetServer(id)).line
        // A name that is typed means one of the chat's own project.
        let isHere = (try? await context.project())?.id == project.id
        return context.reply(ServerDetail(line: current, project: project, isHere: isHere, isOwner: isOwner, context: context).message())
    }

    private func question(_ action: ServerOrder.Action, _ line: ListServers.Line) -> ChatMessage {
        let name = AgentText.line(line.server.name, limit: 64)
        let tasks = line.tasks.count == 1 ? "1 task" : "\(line.tasks.count) tasks"
        let sentence =
            switch action {
            case .drain where line.tasks.isEmpty: "Drain \(name)? It has no task, and gets none by itself."
            case .drain: "Drain \(name)? It keeps what it has (\(tasks)) and gets no new tasks by itself."
            case .undrain: "Let \(name) take work again?"
            case .revoke where line.tasks.isEmpty: "Revoke \(name)? Its key stops working at once. It has no task."
            case .revoke: "Revoke \(name)? Its key stops working at once, and what it has (\(tasks)) waits for another server."
            }
        let button = ChatButton(
            "Yes, \(action.rawValue) it", .command("/servers \(line.server.id.text) \(action.rawValue) yes", inPlace: true),
            style: action == .revoke ? .danger : .primary)
        return ChatMessage(ChatText(sentence), buttons: [[button]])
    }
}

import HubCore
import HubService

/// `/session new` opens a terminal, `/session close` ends one, `/session NAME` shows where it stands.
struct SessionCommand: ChatCommand {
    enum Action: Hashable {
        case show(SessionName?)
        case open(SessionOptions)
        case close(SessionName?, isConfirmed: Bool)
    }

    static let permission: Permission? = .see
    let action: Action

    init(_ line: CommandLine) throws(UsageError) {
        let rest = CommandLine(name: line.name, line: line.words.dropFirst().joined(separator: " "))
        switch line.words.first?.lowercased() {
        case "new": action = .open(try SessionOptions(line.words.dropFirst()))
        case "close":
            let isConfirmed = rest.words.last?.lowercased() == "yes"
            try rest.atMost(isConfirmed ? 2 : 1)
            action = .close(isConfirmed && rest.words.count == 1 ? nil : try rest.optionalSession(), isConfirmed: isConfirmed)
        default:
            try line.atMost(1)
            action = .show(try line.optionalSession())
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        switch action {
        case .show(let name):
            let view = try await context.session(name)
            return context.reply(try await Self.card(view, in: context))
        case .open(let options): return try await open(options, context)
        case .close(let name, let isConfirmed): return try await close(name, isConfirmed: isConfirmed, context)
        }
    }

    private static func card(_ view: SessionView, in context: ChatContext) async throws -> ChatMessage {
        let card = try await context.card(view)
        let (session, id) = (view.session, view.session.id.argument)
        var text = card.heading("🖥", " · \(session.name)")
        text.nextLine(ChatText(card.standing.prefix(1).uppercased() + card.standing.dropFirst()))
        text.nextLine(ChatText("\(session.size.columns)×\(session.size.rows)"))
        if let folder = session.workingDirectory {
            text.append(", in ")
            text.append(AgentText.block(folder, limit: 200), .code)
        }
        guard !session.isOver else {
            let past = [
                ChatButton("Full log", .command("/log \(id)", inPlace: false)),
                ChatButton("Replay", .command("/replay \(id)", inPlace: false)),
            ]
            return ChatMessage(text, buttons: [past], topic: card.topic)
        }
        var rows = [
            [
                ChatButton("🖥 Watch", .command("/tail \(id)", inPlace: false), style: .primary),
                ChatButton("🖼 Picture", .command("/screen \(id)", inPlace: false)),
            ]
        ]
        if card.style.shows(.typeIntoSession) {
            rows.append([
                ChatButton("⌨️ Keys", .command("/keys \(id)", inPlace: false)), ChatButton("✏️ Type", .type(session.id)),
                ChatButton("Close", .command("/session close \(id)", inPlace: false), style: .danger),
            ])
        }
        return ChatMessage(text, buttons: rows, topic: card.topic)
    }

    private func open(_ options: SessionOptions, _ context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let view = try await context.run(
            OpenSession(
                on: options.server, in: project.id, name: options.name, profile: options.profile ?? Session.shell,
                workingDirectory: options.workingDirectory, size: options.size ?? .standard))
        return context.reply(try await Self.card(view, in: context))
    }

    private func close(_ name: SessionName?, isConfirmed: Bool, _ context: ChatContext) async throws -> ChatReply {
        let (view, card) = try await context.running(name)
        try await context.require(.typeIntoSession, in: card.project)
        guard isConfirmed else {
            let task = view.task.map { _ in " \(card.name) loses its terminal, and what its agent does there ends." } ?? ""
            var text: ChatText = "Close "
            text.append(AgentText.line(view.session.name, limit: 64), .bold)
            text.append(" on \(AgentText.line(view.serverName, limit: 64))? All that runs in it ends.\(task)")
            let button = ChatButton(
                "Yes, close it", .command("/session close \(view.session.id.argument) yes", inPlace: true), style: .danger)
            return context.reply(ChatMessage(text, buttons: [[button]], topic: card.topic))
        }
        _ = try await context.run(CloseSession(.id(view.session.id)))
        return context.reply(ChatText("\(view.session.name) is being closed."))
    }
}

/// What `/session new` takes, in any order: a name, `@server`, `profile:`, `dir:`, `size:120x40`.
struct SessionOptions: Hashable {
    var name: String?
    var server: String?
    var profile: String?
    var workingDirectory: String?
    var size: TerminalSize?

    init(_ words: some Sequence<String>) throws(UsageError) {
        for word in words {
            let plain = word.withPlainPunctuation
            let parts = plain.split(separator: ":", maxSplits: 1).map(String.init)
            switch (parts.first?.lowercased(), parts.count) {
            case ("profile", 2), ("agent", 2):
                guard Session.isProfile(parts[1].lowercased()) else {
                    throw UsageError("“\(AgentText.line(parts[1], limit: 40))” is no profile: write profile:claude or profile:shell")
                }
                profile = parts[1].lowercased()
            case ("dir", 2): workingDirectory = parts[1]
            case ("size", 2): size = try Self.size(parts[1])
            default:
                if plain.hasPrefix("@"), plain.count > 1 {
                    server = String(plain.dropFirst())
                } else if Session.isName(plain), name == nil {
                    name = plain
                } else {
                    throw UsageError("I don't know what to do with “\(AgentText.line(word, limit: 40))”")
                }
            }
        }
    }

    private static func size(_ text: String) throws(UsageError) -> TerminalSize {
        let sides = text.lowercased().split(separator: "x").map { Int($0) }
        guard sides.count == 2, let columns = sides[0], let rows = sides[1], let size = TerminalSize(columns: columns, rows: rows) else {
            throw UsageError(
                "“\(AgentText.line(text, limit: 40))” is no size: write up to \(TerminalSize.columnLimits.upperBound) columns and \(TerminalSize.rowLimits.upperBound) rows, as in size:120x40"
            )
        }
        return size
    }
}

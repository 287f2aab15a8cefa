import HubCore
import HubService

/// `/log`: the whole output as a document.
struct LogCommand: ChatCommand {
    static let permission: Permission? = .see
    /// Bytes that a document may have (Bot API, "Sending files").
    static let limit = 50_000_000
    let session: SessionName?

    init(_ line: CommandLine) throws(UsageError) {
        session = try line.optionalSession()
        try line.atMost(1)
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let view = try await context.session(session)
        let card = try await context.card(view)
        guard var log = await context.terminals.log(of: view.session.id), !log.isEmpty else {
            throw HubError.notFound("\(card.name) has no output yet: it \(card.standing)")
        }
        var note = ""
        if log.count > Self.limit {
            note = "\nOnly the end of it: Telegram takes no larger files."
            log = Array(log.suffix(Self.limit))
        }
        var text = card.heading("📜", " log")
        text.append(" · \(card.standing)\(note)")
        return ChatReply([
            ChatMessage(text, topic: card.topic, document: ChatDocument(name: "\(card.fileName).log.txt", bytes: log))
        ])
    }
}

/// `/replay`: the recording, which any asciicast player shows as it happened.
struct ReplayCommand: ChatCommand {
    static let permission: Permission? = .see
    let session: SessionName?

    init(_ line: CommandLine) throws(UsageError) {
        session = try line.optionalSession()
        try line.atMost(1)
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let view = try await context.session(session)
        let card = try await context.card(view)
        guard let recording = await context.terminals.recording(of: view.session.id), !recording.isEmpty else {
            throw HubError.notFound("\(card.name) has no recording: it \(card.standing)")
        }
        guard recording.count <= LogCommand.limit else {
            throw HubError.conflict("the recording of \(card.name) has \(recording.count / 1_000_000) MB, more than Telegram takes")
        }
        var text = card.heading("🎞", " recording")
        text.append(" · play it with “asciinema play”")
        return ChatReply([
            ChatMessage(text, topic: card.topic, document: ChatDocument(name: "\(card.fileName).cast", bytes: recording))
        ])
    }
}

extension SessionCard {
    /// For documents: `web-42`, `web-deploy`.
    fileprivate var fileName: String { "\(project.name)-" + (view.task.map { String($0.number) } ?? view.session.name) }
}

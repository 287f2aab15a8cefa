import ChatOps
import HubCore
import HubService
import HubStore
import TelegramBot

extension UpdateHandler {
    /// A press is answered once its decision is on disk, or after ``GatewaySettings/pressPatience``, whichever comes first; what the message
    /// becomes is the lasting answer.
    func handle(_ query: CallbackQuery, _ update: ReceivedUpdate) async throws {
        var effect = Effect(bot: bot, update)
        let answer = PressAnswer(query.id, client: client)
        guard let chat = query.message?.chat, let message = query.message?.id else {
            answer.give("This button is no longer valid: send /tasks", isAlert: true)
            return try await finish(effect)
        }
        let late = Task { [pressPatience] in
            // Cancelled when the answer was given.
            guard (try? await Task.sleep(for: pressPatience)) != nil else { return }
            answer.give(nil, isAlert: false)
        }
        defer { late.cancel() }
        let (bot, now, data) = (bot, hub.clock.now(), query.data ?? "")
        let context = try await hub.database.read { connection in
            try RequestContext.load(
                connection, bot: bot, sender: query.from.id, chat: chat, message: message, button: data, at: now)
        }
        guard let action = context.action else {
            try await finish(effect)
            let command = context.taskNumber.map { "/task_\($0)" } ?? "/tasks"
            return answer.give("This button is no longer valid: send \(command)", isAlert: true)
        }
        effect.chat = chat
        effect.sender = query.from.id
        effect.topic = query.message?.destination.topic
        effect.isNewChat = context.chat.map(\.isDead) ?? true
        try await meet(&effect)
        let press = ButtonPress(
            action: action, sender: context.sender(query.from), place: context.place(chat, bot: username() ?? ""),
            conversation: context.conversation, key: key(of: update))
        let reply = try await handler.reply(to: press)
        effect.isPress = reply.edit != nil
        try fill(&effect, with: reply, context, replyTo: message)
        if let edit = reply.edit {
            var slot = try await hub.database.read { try SlotTable(connection: $0).name(of: message, bot: bot, chat: chat.id) }
            if case .tail(let session, _)? = edit.terminal, slot == nil {
                slot = SlotTable.tail(session)
                effect.adopted = (SlotTable.tail(session), message)
            }
            if let pipeline = edit.pipeline, slot == nil {
                slot = SlotTable.pipeline(pipeline)
                effect.adopted = (SlotTable.pipeline(pipeline), message)
            }
            effect.calls.insert(try self.edit(message, to: edit, slot: slot, topic: effect.topic), at: 0)
        }
        if effect.conversation == context.conversation { effect.conversation = nil }
        try await finish(effect)
        answer.give(reply.toast, isAlert: reply.isAlert)
    }

    /// A message that is kept current is edited in its slot, so that of several changes the latest wins.
    private func edit(_ message: Int, to edit: ChatMessage, slot: String?, topic: Int?) throws -> PreparedCall {
        guard let slot else { return try composer.edit(message, to: edit, .init(topic: topic, lane: .answers)) }
        var call = try composer.edit(message, to: edit, .init(topic: topic, slot: slot, lane: .answers))
        call = try call.showing(in: slot, hub.vault)
        return call
    }
}

/// The one answer to one press.
final class PressAnswer: Sendable {
    private let query: String
    private let client: BotAPIClient
    private let isGiven = Locked(false)

    init(_ query: String, client: BotAPIClient) { (self.query, self.client) = (query, client) }

    func give(_ text: String?, isAlert: Bool) {
        let isFirst = isGiven.withLock { isGiven in
            defer { isGiven = true }
            return !isGiven
        }
        guard isFirst else { return }
        Task { [query, client] in
            // A toast that does not arrive is no loss: the edited message says the same.
            _ = try? await client.answer(callbackQuery: query, text: text, asAlert: isAlert)
        }
    }
}

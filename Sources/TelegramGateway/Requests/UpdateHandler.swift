import ChatOps
import HubCore
import HubService
import HubStore
import Logging
import TelegramBot

/// Carries one bot's updates to the chat commands and their replies to the outbox.
struct UpdateHandler: Sendable {
    let bot: Int64
    let username: @Sendable () -> String?
    let hub: Hub
    let handler: any ChatHandler
    let client: BotAPIClient
    let composer: MessageComposer
    let outbox: Outbox
    let numbers: OutboxNumbers
    let tails: Tails
    let menuChanges: MenuChanges
    let pressPatience: Duration
    let log: Logger

    /// Handles an update; once this returns, its effect and the mark are on disk.
    ///
    /// - Throws: a fault of the database; nothing of the answer is stored then, and a second try does no harm.
    func handle(_ update: ReceivedUpdate) async throws {
        switch update.update.content {
        case .message(let message): try await handle(message, update)
        case .callbackQuery(let query): try await handle(query, update)
        case .myChatMember(let change): try await handle(change, update)
        case .malformed(let kind):
            log.warning("an update could not be read", metadata: ["bot": "\(bot)", "update": "\(update.id)", "kind": "\(kind)"])
            try await finish(Effect(bot: bot, update))
        case .editedMessage, .messageReaction, .other: try await finish(Effect(bot: bot, update))
        }
    }

    /// Writes the effect down and hands what is to be sent to the outbox.
    func finish(_ effect: Effect) async throws {
        let (now, numbers, vault, spending) = (hub.clock.now(), numbers, hub.vault, hub.spending)
        let written = try await hub.database.write { connection in
            let caller = effect.project.map { Caller.person($0.by, over: .telegram) } ?? .hub
            let transaction = HubTransaction(connection: connection, now: now, caller: caller, vault: vault, spending: spending)
            return try effect.write(in: transaction, OutboxTable(connection: connection, ids: numbers, vault: vault))
        }
        tails.changed(effect.tails)
        if effect.project != nil { tails.changed() }
        if let end = written.endOfNews, let chat = effect.chat { outbox.endNews(in: chat.id, upTo: end) }
        outbox.add(written.items)
        // Its commands may be others from now on.
        if effect.project != nil || effect.isNewChat { menuChanges.add(.chats) }
    }

    func key(of update: ReceivedUpdate) -> HandledTable.Key {
        HandledTable.Key(caller: "telegram/\(bot)", key: "update/\(update.id)")
    }

    // MARK: Messages

    private func handle(_ message: Message, _ update: ReceivedUpdate) async throws {
        var effect = Effect(bot: bot, update)
        if case .migratedTo(let chat) = message.service { return try await migrate(message.chat.id, to: chat, effect) }
        let addressing = Addressing(message, bot: bot, username: username())
        guard let sender = message.from, !sender.isBot, message.service == nil, let text = addressing.text else {
            return try await finish(effect)
        }
        let (bot, now) = (bot, hub.clock.now())
        let original = message.replyTo?.message
        let isOurs = original?.from?.id == bot
        func load() async throws -> RequestContext {
            try await hub.database.read { connection in
                try RequestContext.load(
                    connection, bot: bot, sender: sender.id, chat: message.chat, message: original?.id,
                    buttons: isOurs ? original?.buttons ?? [] : [], at: now)
            }
        }
        var context = try await load()
        if context.about == nil, isOurs {
            // The message may be so new that it is not noted yet what it is about.
            await outbox.settle(message.chat.id)
            context = try await load()
        }
        guard addressing.isForUs || context.conversation != .none else { return try await finish(effect) }
        effect.chat = message.chat
        effect.sender = sender.id
        effect.topic = message.destination.topic
        effect.isNewChat = context.chat.map(\.isDead) ?? true
        try await meet(&effect)
        let attachment = attachment(of: message)
        guard !text.isEmpty || attachment != nil else {
            if context.person != nil, message.chat.kind == .personal {
                effect.calls = try composer.post(
                    ChatMessage("I read text and files only: please write it."), .init(replyTo: .message(message.id)))
            }
            return try await finish(effect)
        }
        var request = ChatRequest(
            text: text, sender: context.sender(sender), place: context.place(message.chat, bot: username() ?? ""),
            conversation: context.conversation, lastShown: context.chat?.shown.last,
            decisions: context.chat?.shown.decisions(above: message.id) ?? [], key: key(of: update), attachment: attachment)
        if message.date > 0 { request.writtenAt = Timestamp(milliseconds: Int64(message.date) * 1000) }
        request.repliedTo = original.map { original in
            .init(
                text: original.text ?? "", topic: context.about, isOurs: isOurs, offers: context.offered, quote: message.quote,
                attachment: self.attachment(of: original))
        }
        let reply = try await handler.reply(to: request)
        try fill(&effect, with: reply, context, replyTo: message.id)
        if context.person == nil, !text.hasPrefix("/start "), reply != .silence {
            // One line a day, then silence.
            if context.wasTold { effect.calls = [] }
            effect.tellsStranger = !context.wasTold
        }
        if effect.conversation == context.conversation { effect.conversation = nil }
        try await finish(effect)
    }

    /// A document, or the largest size of a photo.
    private func attachment(of message: Message) -> ChatRequest.Attachment? {
        let client = client
        func made(_ id: String, _ name: String, _ type: String?, _ size: Int64?) -> ChatRequest.Attachment {
            .init(name: name, mimeType: type, size: size) {
                if let size, size > 20_000_000 { throw AttachmentError.tooLarge }
                do { return Array(try await client.download(try await client.file(id))) } catch BotAPIError.tooLarge {
                    throw AttachmentError.tooLarge
                } catch let error as BotAPIError {
                    throw AttachmentError.unreachable(error.description)
                }
            }
        }
        if let document = message.document {
            return made(document.fileID, document.name ?? "file", document.mimeType, document.size)
        }
        return message.photo.last.map { made($0.fileID, "photo-\(message.id).jpg", "image/jpeg", $0.size) }
    }

    /// What both messages and presses lead to.
    func fill(_ effect: inout Effect, with reply: ChatReply, _ context: RequestContext, replyTo message: Int?) throws {
        effect.conversation = reply.conversation
        // Two people may talk at once in a group; alone with the bot the order says enough.
        let target: OutgoingCall.Target? = effect.chat?.kind == .personal ? nil : message.map { .message($0) }
        if let change = reply.switchesTo, let person = context.person {
            effect.project = (change, person)
            effect.refusal = try composer.post(
                ChatMessage("Nothing was changed: you may not do this any more, or the project is gone."),
                .init(topic: effect.topic, replyTo: target))
        }
        for posted in reply.messages {
            var style = MessageComposer.Style(topic: effect.topic, replyTo: target)
            if case .tail(let session, _)? = posted.terminal { style.slot = SlotTable.tail(session) }
            if let pipeline = posted.pipeline { style.slot = SlotTable.pipeline(pipeline) }
            effect.calls += try composer.post(posted, style)
        }
        effect.person = context.person?.id
        if let message {
            effect.askers = [reply.receipt.map { AskerTable.key($0) }, reply.file.map { AskerTable.key($0) }].compactMap(\.self).map {
                ($0, message)
            }
        }
        if let reaction = reply.reaction, let message { effect.calls.append(try composer.react(reaction, to: message)) }
        let topics = (reply.messages + [reply.edit].compactMap(\.self)).compactMap(\.topic)
        if let last = topics.last(where: { $0.task != nil }) {
            if last != context.chat?.shown.last { effect.lastShown = last }
            if let task = last.task, let person = context.person { effect.shown = (task, person.id) }
        }
    }

    // MARK: Chats

    /// Notes a new chat before anything happens in it, so that notices of what happens find their way.
    func meet(_ effect: inout Effect) async throws {
        guard effect.isNewChat, let chat = effect.chat else { return }
        let (bot, now) = (bot, hub.clock.now())
        try await hub.database.write { connection in
            try ChatTable(connection: connection, bot: bot).putAlive(chat.id, isPrivate: chat.kind == .personal, at: now)
        }
        menuChanges.add(.chats)
        effect.isNewChat = false
    }

    private func handle(_ change: ChatMemberUpdated, _ update: ReceivedUpdate) async throws {
        var effect = Effect(bot: bot, update)
        guard change.new.isPresent else {
            outbox.cancel(change.chat.id)
            let (bot, now) = (bot, hub.clock.now())
            try await hub.database.write { connection in
                try ChatTable(connection: connection, bot: bot).setDead(change.chat.id)
                try OutboxTable.cancelChat(change.chat.id, of: bot, in: connection, at: now)
            }
            return try await finish(effect)
        }
        effect.chat = change.chat
        effect.isNewChat = true
        if change.chat.kind != .personal, !change.old.isPresent {
            effect.calls = try composer.post(
                ChatMessage(
                    "Hello. An owner of a project writes /bind NAME here, and this group works in that project from then on: its tasks, questions and results come here."
                ), .init())
        }
        try await finish(effect)
    }

    private func migrate(_ old: Int64, to new: Int64, _ effect: Effect) async throws {
        let bot = bot
        try await hub.database.write { try ChatTable(connection: $0, bot: bot).migrate(old, to: new) }
        outbox.move(old, to: new)
        menuChanges.add(.chats)
        try await finish(effect)
    }
}

import ChatOps
import HubCore
import HubService
import HubStore
import TelegramBot

/// All that comes of one update, written in one transaction together with the mark that it was handled.
struct Effect: Sendable {
    let bot: Int64
    let update: ReceivedUpdate
    var chat: Chat?
    var sender: Int64?
    var calls: [PreparedCall] = []
    /// `nil`: as it was.
    var conversation: Conversation?
    /// What becomes of the chat's project. In a group only an owner may say so.
    var project: (change: ProjectSwitch, by: Person)?
    /// Takes the place of ``calls`` where that change is refused.
    var refusal: [PreparedCall] = []
    /// The forum topic in which it was said.
    var topic: Int?
    var lastShown: Topic?
    /// The task that the reply shows, with the person who asked.
    var shown: (task: AgentTask.ID, by: Person.ID)?
    var tellsStranger = false
    /// Who hears what becomes of what they sent, by ``AskerTable`` key.
    var askers: [(key: String, message: Int)] = []
    /// A message that holds a place from now on.
    var adopted: (slot: String, message: Int)?
    /// The one who asked, if the hub knows them.
    var person: Person.ID?
    /// It changes messages in place.
    var isPress = false
    /// The chat was not known, or not known to be alive.
    var isNewChat = false

    init(bot: Int64, _ update: ReceivedUpdate) { (self.bot, self.update) = (bot, update) }

    struct Written: Sendable {
        /// What is to be sent now.
        var items: [OutboxItem] = []
        /// Where the chat was taken out of a project: up to which number what came from there is not to be sent any more.
        var endOfNews: Int64?
    }

    /// What becomes of the chat's project.
    private enum Switch {
        case done(endOfNews: Int64?)
        case refused
    }

    /// - Parameter transaction: of whoever said it, where the chat's project changes.
    func write(in transaction: HubTransaction, _ outbox: OutboxTable) throws -> Written {
        let (connection, now) = (transaction.connection, transaction.now)
        var (written, calls) = (Written(), calls)
        if let chat {
            let chats = ChatTable(connection: connection, bot: bot)
            if isNewChat { try chats.putAlive(chat.id, isPrivate: chat.kind == .personal, at: now) }
            if let project {
                switch try switchProject(of: chat, project.change, transaction, outbox) {
                case .done(let end): written.endOfNews = end
                case .refused: calls = refusal
                }
            }
            if let lastShown { try chats.setLastShown(lastShown, in: chat.id) }
            if let conversation, let sender {
                try ConversationTable(connection: connection, bot: bot).set(conversation, chat: chat.id, sender: sender, at: now)
            }
            if tellsStranger, let sender { try StrangerTable(connection: connection).markTold(sender, at: now) }
            let slot = try slotOfOrigin(chat.id, connection, at: now)
            try adopt(connection, in: chat.id, at: now)
            for asker in askers {
                try AskerTable(connection: connection).put(
                    .init(bot: bot, chat: chat.id, message: asker.message, topic: topic), for: asker.key, at: now)
            }
            let card = calls.lastIndex { $0.isPost && $0.call.about?.task == shown?.task }
            for (part, prepared) in calls.enumerated() {
                var prepared = prepared
                if let slot, part == card { prepared = try prepared.showing(in: slot, outbox.vault) }
                let source = "update/\(update.id)/\(part)"
                try noteTail(prepared, connection, at: now)
                if takesPlace(prepared) {
                    prepared = try prepared.taking(of: .init(bot: bot, chat: chat.id, topic: topic), outbox, at: now)
                }
                if let item = try outbox.insert(prepared, bot: bot, chat: chat.id, source: source, at: now) { written.items.append(item) }
            }
        }
        try InboxTable(connection: connection).markHandled(update.id, of: bot, at: now)
        return written
    }

    /// The tails whose rows it writes; rows that it removes are found gone.
    var tails: [TailTable.Key] {
        guard let chat else { return [] }
        return calls.compactMap { prepared in
            guard case .tail(let session, _)? = prepared.call.terminal else { return nil }
            return .init(bot: bot, chat: chat.id, session: session)
        }
    }

    private func adopt(_ connection: any SQLConnection, in chat: Int64, at now: Timestamp) throws {
        guard let adopted else { return }
        let slots = SlotTable(connection: connection)
        try slots.show("", in: adopted.slot, .init(bot: bot, chat: chat, topic: topic), at: now)
        try slots.setMessage(adopted.message, of: adopted.slot, bot: bot, chat: chat)
    }

    /// A tail is a row from its first message on.
    private func noteTail(_ prepared: PreparedCall, _ connection: any SQLConnection, at now: Timestamp) throws {
        guard case .tail(let session, let tail)? = prepared.call.terminal, let chat = chat?.id, let person, prepared.call.slot != nil else {
            return
        }
        let tails = TailTable(connection: connection)
        let key = TailTable.Key(bot: bot, chat: chat, session: session)
        switch tail {
        case .live, .paused:
            try tails.put(
                .init(
                    key: key, topic: topic, person: person, isPaused: tail == .paused, until: now + TailTable.time, call: prepared.stored))
        case .over: try tails.remove(key)
        }
    }

    /// Whoever asks for a tail, or how far a pipeline is, gets an answer at the end of the chat. That is kept current from now on, and no
    /// other.
    private func takesPlace(_ prepared: PreparedCall) -> Bool {
        // Else it is the change of a message, and none of its own.
        guard adopted == nil, !isPress, let slot = prepared.call.slot else { return false }
        if case .tail? = prepared.call.terminal { return person != nil }
        return slot.hasPrefix(SlotTable.pipelines)
    }

    /// A person's own chat shows what they may see, whatever is chosen. What a group is given to everybody in it sees: that passes the gate
    /// and is logged. Who has lost the right since the answer was made changes nothing.
    private func switchProject(
        of chat: Chat, _ change: ProjectSwitch, _ transaction: HubTransaction, _ outbox: OutboxTable
    ) throws -> Switch {
        let chats = ChatTable(connection: transaction.connection, bot: bot)
        let name = "\(bot)/\(chat.id)"
        func unbind() throws -> Int64 {
            try chats.unbind(chat.id)
            return try outbox.endNews(in: chat.id, of: bot, at: transaction.now)
        }
        switch change {
        case .to(let project):
            var end: Int64?
            if chat.kind != .personal {
                let before = try chats.find(chat.id)?.project
                guard try isCarriedOut(BindChat(name, to: project, from: before), transaction) else { return .refused }
                if let before, before != project { end = try unbind() }
            }
            try chats.setProject(project, of: chat.id, topic: topic)
            return .done(endOfNews: end)
        case .away(let project):
            // Somebody was faster: what the answer says is true all the same.
            guard try chats.find(chat.id)?.project == project else { return .done(endOfNews: nil) }
            guard try isCarriedOut(UnbindChat(name, from: project), transaction) else { return .refused }
            return .done(endOfNews: try unbind())
        }
    }

    private func isCarriedOut(_ useCase: some UseCase, _ transaction: HubTransaction) throws -> Bool {
        do {
            _ = try transaction.carryOut(useCase)
            return true
        } catch HubError.forbidden {
            return false
        } catch HubError.notFound {
            return false
        }
    }

    /// Where the reply shows the task that this very update created, the chat hears of the task from now on, and the reply becomes the
    /// task's card there.
    private func slotOfOrigin(_ chat: Int64, _ connection: any SQLConnection, at now: Timestamp) throws -> String? {
        guard let shown, let task = try TaskTable(connection).find(shown.task), task.createdAt >= update.receivedAt,
            task.createdBy.id == shown.by.text
        else { return nil }
        try connection.execute(
            """
            INSERT INTO telegram_origin (task, bot, chat, topic) VALUES (\(shown.task), \(bot), \(chat), \(topic))
            ON CONFLICT (task) DO NOTHING
            """)
        let (slots, name) = (SlotTable(connection: connection), SlotTable.card(shown.task))
        // The notifier may have been faster, and have drawn a card: the reply takes its place, so that there are not two.
        try slots.show("", in: name, .init(bot: bot, chat: chat, topic: topic), at: now)
        return name
    }
}

extension PreparedCall {
    fileprivate var isPost: Bool { if case .post = call.action { true } else { false } }

    /// The same message, in the place of the one that its slot has.
    fileprivate func taking(of place: SlotTable.Place, _ outbox: OutboxTable, at now: Timestamp) throws -> PreparedCall {
        guard let slot = call.slot else { return self }
        try SlotTable(connection: outbox.connection).show("", in: slot, place, at: now)
        var result = self
        result.call.action = .take
        (result.stored, result.isSealed) = try StoredCall.encode(result.call, with: outbox.vault)
        return result
    }

    /// The same message, kept current from now on.
    func showing(in slot: String, _ vault: Vault) throws -> PreparedCall {
        var result = self
        result.call.action = .show
        result.call.slot = slot
        (result.stored, result.isSealed) = try StoredCall.encode(result.call, with: vault)
        return result
    }
}

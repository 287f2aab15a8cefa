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
    /// The chat works in this project from now on. In a group only a member of that project may say so.
    var project: (id: Project.ID, by: Person)?
    /// The forum topic in which it was said.
    var topic: Int?
    var lastShown: Topic?
    /// The task that the reply shows, with the person who asked.
    var shown: (task: AgentTask.ID, by: Person.ID)?
    var tellsStranger = false
    /// The chat was not known, or not known to be alive.
    var isNewChat = false

    init(bot: Int64, _ update: ReceivedUpdate) { (self.bot, self.update) = (bot, update) }

    /// - Returns: what is to be sent now.
    func write(in connection: any SQLConnection, _ outbox: OutboxTable, at now: Timestamp) throws -> [OutboxItem] {
        var items: [OutboxItem] = []
        if let chat {
            let chats = ChatTable(connection: connection, bot: bot)
            if isNewChat { try chats.putAlive(chat.id, isPrivate: chat.kind == .personal, at: now) }
            if let project, try chat.kind == .personal || maySwitch(project.by, to: project.id, connection) {
                try chats.setProject(project.id, of: chat.id, topic: topic)
            }
            if let lastShown { try chats.setLastShown(lastShown, in: chat.id) }
            if let conversation, let sender {
                try ConversationTable(connection: connection, bot: bot).set(conversation, chat: chat.id, sender: sender, at: now)
            }
            if tellsStranger, let sender { try StrangerTable(connection: connection).markTold(sender, at: now) }
            let slot = try slotOfOrigin(chat.id, connection, at: now)
            let card = calls.lastIndex { $0.isPost && $0.call.about?.task == shown?.task }
            for (part, prepared) in calls.enumerated() {
                var prepared = prepared
                if let slot, part == card { prepared = try prepared.showing(in: slot, outbox.vault) }
                let source = "update/\(update.id)/\(part)"
                if let item = try outbox.insert(prepared, bot: bot, chat: chat.id, source: source, at: now) { items.append(item) }
            }
        }
        try InboxTable(connection: connection).markHandled(update.id, of: bot, at: now)
        return items
    }

    private func maySwitch(_ person: Person, to project: Project.ID, _ connection: any SQLConnection) throws -> Bool {
        try person.isAdministrator || PersonTable(connection).role(of: person.id, in: project) ?? .viewer >= .member
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

    /// The same message, kept current from now on.
    func showing(in slot: String, _ vault: Vault) throws -> PreparedCall {
        var result = self
        result.call.action = .show
        result.call.slot = slot
        (result.stored, result.isSealed) = try StoredCall.encode(result.call, with: vault)
        return result
    }
}

import ChatOps
import Cryptography
import HubCore
import HubService

/// What an event means for chats, rendered once for each kind of label and not for each chat. Lives in one transaction.
final class LabelledNotice {
    private let event: Event
    private let handler: any ChatHandler
    private let transaction: HubTransaction
    /// The groups that work in the event's project: there `#42` says enough.
    private let bound: Set<Chat>
    private var notices: [TaskLabel: Notice?] = [:]
    private var cards: [Card: (message: ChatMessage, digest: String)] = [:]

    private struct Card: Hashable {
        let task: AgentTask.ID
        let label: TaskLabel
    }

    private struct Chat: Hashable {
        let bot: Int64
        let id: Int64
    }

    init(_ event: Event, bound: [SlotTable.Place], handler: any ChatHandler, _ transaction: HubTransaction) {
        (self.event, self.handler, self.transaction) = (event, handler, transaction)
        self.bound = Set(bound.map { Chat(bot: $0.bot, id: $0.chat) })
    }

    func label(bot: Int64, chat: Int64) -> TaskLabel { bound.contains(Chat(bot: bot, id: chat)) ? .short : .qualified }

    /// For what does not depend on the words.
    func unlabelled() throws -> Notice? { try notice(bound.isEmpty ? .qualified : .short) }

    func notice(_ label: TaskLabel) throws -> Notice? {
        if let known = notices[label] { return known }
        let notice = try handler.notice(of: event, label: label, in: transaction)
        notices[label] = .some(notice)
        return notice
    }

    func card(of view: TaskView, _ label: TaskLabel) throws -> (message: ChatMessage, digest: String) {
        let key = Card(task: view.task.id, label: label)
        if let known = cards[key] { return known }
        let message = handler.card(of: view, label: label)
        let card = (message, Hex.encode(SHA256.digest(of: try StoredJSON.text(message))))
        cards[key] = card
        return card
    }
}

import ChatOps
import Foundation
import HubCore
import HubStore
import TelegramBot

/// What the hub knows about who said something, and where.
struct RequestContext: Sendable {
    var person: Person?
    var chat: ChatTable.Row?
    var project: Project?
    var conversation = Conversation.none
    /// What the message replied to, or pressed, is about.
    var about: Topic?
    /// What the buttons of the message replied to do, where it is not known what that is about.
    var offered: [ButtonAction] = []
    /// A stranger who has had their line today.
    var wasTold = false
    /// Of a press: what the button does; `nil` for one that is unknown.
    var action: ButtonAction?
    /// Of a press on a button that is unknown: the number of the task that its message shows.
    var taskNumber: Int?

    /// All in one read.
    static func load(
        _ connection: any SQLConnection, bot: Int64, sender: Int64, chat: Chat, message: Int?, buttons: [String] = [],
        button: String? = nil, at now: Timestamp
    ) throws -> RequestContext {
        var context = RequestContext()
        let people = PersonTable(connection)
        context.person = try people.find(identity: TelegramGateway.network, String(sender))
        context.chat = try ChatTable(connection: connection, bot: bot).find(chat.id)
        context.project = try project(of: context, isPrivate: chat.kind == .personal, connection)
        context.conversation = try ConversationTable(connection: connection, bot: bot).find(chat: chat.id, sender: sender)
        if let message { context.about = try topic(of: message, in: chat.id, bot: bot, connection) }
        if context.about == nil, !buttons.isEmpty {
            let table = ButtonTable(connection: connection, bot: bot)
            // As many as Telegram lets a message have.
            context.offered = try buttons.prefix(100).compactMap { try table.find($0, in: chat.id) }
        }
        if context.person == nil {
            context.wasTold = try StrangerTable(connection: connection).wasTold(sender, since: now - .seconds(24 * 3600))
        }
        if let button {
            context.action = try ButtonTable(connection: connection, bot: bot).find(button, in: chat.id)
            if context.action == nil, let task = context.about?.task {
                context.taskNumber = try TaskTable(connection).find(task)?.number
            }
        }
        return context
    }

    /// A message that became a pipeline's by an edit is known by its slot only.
    private static func topic(of message: Int, in chat: Int64, bot: Int64, _ connection: any SQLConnection) throws -> Topic? {
        if let topic = try MessageTable(connection: connection, bot: bot).topic(of: message, in: chat) { return topic }
        let slot = try SlotTable(connection: connection).name(of: message, bot: bot, chat: chat)
        return slot.flatMap { SlotTable.pipeline(ofSlot: $0) }.map { .pipeline($0) }
    }

    private static func project(of context: RequestContext, isPrivate: Bool, _ connection: any SQLConnection) throws -> Project? {
        let projects = ProjectTable(connection)
        if let id = context.chat?.project, let chosen = try projects.find(id),
            try !isPrivate || isMember(context.person, of: id, connection)
        {
            return chosen
        }
        guard isPrivate, let person = context.person else { return nil }
        return try onlyProject(of: person, connection).flatMap { try projects.find($0) }
    }

    /// Who was taken out of a project does not work in it any more, whatever they chose.
    private static func isMember(_ person: Person?, of project: Project.ID, _ connection: any SQLConnection) throws -> Bool {
        guard let person else { return false }
        return try person.isAdministrator || PersonTable(connection).role(of: person.id, in: project) != nil
    }

    /// The project in which somebody works who has never chosen one; `nil` for who has several, or none.
    static func onlyProject(of person: Person, _ connection: any SQLConnection) throws -> Project.ID? {
        let mine =
            try person.isAdministrator
            ? ProjectTable(connection).all().map(\.id) : PersonTable(connection).projects(of: person.id).map(\.project)
        return mine.count == 1 ? mine.first : nil
    }

    func sender(_ user: User) -> Sender {
        let name = user.username.map { "\(user.fullName) (@\($0))" } ?? user.fullName
        return Sender(network: TelegramGateway.network, subject: String(user.id), name: name, person: person)
    }

    func place(_ chat: Chat, bot: String) -> Place {
        let isPrivate = chat.kind == .personal
        return Place(isPrivate: isPrivate, project: project, isBound: !isPrivate && self.chat?.project != nil, bot: bot)
    }
}

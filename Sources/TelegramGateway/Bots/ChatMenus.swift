import ChatOps
import Cryptography
import HubCore
import HubStore
import TelegramBot

/// The menus of single chats. The menus of all private chats and all groups hold the commands that hold everywhere; where a chat works in
/// a project that has saved templates, it gets a menu of its own with those behind them (Bot API, "BotCommandScopeChat").
///
/// What a chat's menu was set to last is kept as the digest of a place, so that only changes are told to Telegram, also after a start.
struct ChatMenus {
    /// Of the place that holds no message, but the menu.
    private static let slot = "menu"
    /// Telegram takes no more (Bot API, `setMyCommands`).
    static let limit = 100

    let connection: any SQLConnection
    let handler: any ChatHandler

    struct Change: Sendable {
        let place: SlotTable.Place
        /// Empty: the chat has none of its own any more.
        let commands: [BotCommand]
        let digest: String
    }

    /// What differs from what was set last.
    func changes() throws -> [Change] {
        let slots = SlotTable(connection: connection)
        var changes: [Change] = []
        var wanted: Set<SlotTable.Place> = []
        for project in try projects() {
            let saved = try TemplateTable(connection).list(in: project)
            for isPrivate in [true, false] {
                let commands = Self.commands(handler, isPrivate: isPrivate, saved)
                let digest = Hex.encode(SHA256.digest(of: commands.map { "\($0.name) \($0.summary)" }.joined(separator: "\n")))
                for place in try isPrivate ? privateChats(of: project) : groups(of: project) {
                    wanted.insert(place)
                    guard try slots.digest(Self.slot, bot: place.bot, chat: place.chat) != digest else { continue }
                    changes.append(.init(place: place, commands: commands, digest: digest))
                }
            }
        }
        for known in try slots.places(Self.slot) {
            let place = SlotTable.Place(bot: known.bot, chat: known.chat, topic: nil)
            guard !wanted.contains(place), try slots.digest(Self.slot, bot: place.bot, chat: place.chat) != "",
                try ChatTable(connection: connection, bot: place.bot).find(place.chat)?.isDead == false
            else { continue }
            changes.append(.init(place: place, commands: [], digest: ""))
        }
        return changes
    }

    func note(_ change: Change, at now: Timestamp) throws {
        try SlotTable(connection: connection).show(change.digest, in: Self.slot, change.place, at: now)
    }

    static func commands(_ handler: any ChatHandler, isPrivate: Bool, _ saved: [SavedTemplate] = []) -> [BotCommand] {
        handler.menu(isPrivate: isPrivate, role: .member, saved: saved).prefix(limit).map { BotCommand(name: $0.name, summary: $0.summary) }
    }

    private func projects() throws -> [Project.ID] {
        try connection.rows("SELECT DISTINCT project FROM saved_template").map { row in
            var reader = RowReader(row)
            return try reader.id()
        }
    }

    /// A group's members see its project's cards, and so may see what its templates are called.
    private func groups(of project: Project.ID) throws -> [SlotTable.Place] {
        try connection.rows(
            "SELECT bot, chat FROM telegram_chat WHERE project = \(project) AND is_private = FALSE AND is_dead = FALSE"
        ).map(Self.place)
    }

    /// Of those who may use the templates: who has the role in the project, and chose it, or has no other.
    private func privateChats(of project: Project.ID) throws -> [SlotTable.Place] {
        let people = PersonTable(connection)
        return try connection.rows(
            """
            SELECT bot, chat, project FROM telegram_chat
            WHERE (project = \(project) OR project IS NULL) AND is_private = TRUE AND is_dead = FALSE
            """
        ).compactMap { row in
            var reader = RowReader(row)
            let (bot, chat, chosen): (Int64, Int64, Project.ID?) = (try reader.int64(), try reader.int64(), try reader.optionalID())
            // In a private chat the number is that of the person (Bot API, "Chat").
            guard let person = try people.find(identity: TelegramGateway.network, String(chat)),
                try person.isAdministrator || people.role(of: person.id, in: project) ?? .viewer >= .member,
                try chosen != nil || RequestContext.onlyProject(of: person, connection) == project
            else { return nil }
            return SlotTable.Place(bot: bot, chat: chat, topic: nil)
        }
    }

    private static func place(_ row: SQLRow) throws -> SlotTable.Place {
        var reader = RowReader(row)
        return SlotTable.Place(bot: try reader.int64(), chat: try reader.int64(), topic: nil)
    }
}

extension ChatMenus {
    /// Whether an event may change what is in the menu of a chat.
    static func mayChange(after event: Event) -> Bool {
        switch event.fact.kind {
        case .templateSaved, .templateRemoved, .projectCreated: true
        case let kind: kind.changesRights
        }
    }
}

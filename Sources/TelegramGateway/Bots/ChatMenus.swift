import ChatOps
import Cryptography
import HubCore
import HubStore
import TelegramBot

/// The menus of single chats. The menus of all private chats and all groups hold what a member may use everywhere. Where a chat's commands
/// are others, it gets a menu of its own (Bot API, "BotCommandScopeChat"): a private chat after what its person is in the project that they
/// work in (chat page, "Commands"), and any chat after the templates that are saved there.
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

    private struct Menu {
        var commands: [BotCommand] = []
        var digest = ""
    }

    /// What differs from what was set last. How often the database is asked does not depend on how many chats there are.
    func changes() throws -> [Change] {
        let shown = Dictionary(try SlotTable(connection: connection).digests(Self.slot).map { ($0.place, $0.digest) }) { $1 }
        let audiences = try MenuAudiences(connection)
        let saved = try savedTemplates()
        var menus: [MenuAudience: Menu] = [:]
        return try audiences.chats().compactMap { place, audience in
            var menu = Menu()
            if var audience {
                // Most projects have no templates, and so their chats the same menus.
                if audience.project.flatMap({ saved[$0] }) == nil { audience.project = nil }
                menu = menus[audience] ?? self.menu(for: audience, audience.project.flatMap { saved[$0] } ?? [])
                menus[audience] = menu
            }
            guard menu.digest != shown[place] ?? "" else { return nil }
            return Change(place: place, commands: menu.commands, digest: menu.digest)
        }
    }

    /// - Returns: an empty one where that of all chats of its kind will do.
    private func menu(for audience: MenuAudience, _ saved: [SavedTemplate]) -> Menu {
        let commands = Self.commands(handler, audience, saved)
        guard commands != Self.commands(handler, .init(isPrivate: audience.isPrivate, role: .member)) else { return Menu() }
        let text = commands.map { "\($0.name) \($0.summary)" }.joined(separator: "\n")
        return Menu(commands: commands, digest: Hex.encode(SHA256.digest(of: text)))
    }

    func note(_ change: Change, at now: Timestamp) throws {
        try SlotTable(connection: connection).show(change.digest, in: Self.slot, change.place, at: now)
    }

    static func commands(_ handler: any ChatHandler, _ audience: MenuAudience, _ saved: [SavedTemplate] = []) -> [BotCommand] {
        handler.menu(isPrivate: audience.isPrivate, role: audience.role, saved: saved).prefix(limit).map {
            BotCommand(name: $0.name, summary: $0.summary)
        }
    }

    private func savedTemplates() throws -> [Project.ID: [SavedTemplate]] {
        let projects = try connection.rows("SELECT DISTINCT project FROM saved_template").map { row in
            var reader = RowReader(row)
            return try reader.id(Project.self)
        }
        return Dictionary(
            uniqueKeysWithValues: try projects.map { ($0, try TemplateTable(connection).list(in: $0)) })
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

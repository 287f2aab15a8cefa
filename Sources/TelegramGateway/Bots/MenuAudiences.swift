import HubCore
import HubStore

/// All that decides what is in the menu of a chat.
struct MenuAudience: Hashable, Sendable {
    let isPrivate: Bool
    /// `nil`: somebody who has no role there.
    let role: Role?
    /// The project whose templates are behind the commands.
    var project: Project.ID?
}

/// For whom the menus of the known chats are.
struct MenuAudiences {
    private struct Reader {
        let isAdministrator: Bool
        var roles: [Project.ID: Role] = [:]

        /// As the list of `/help` has it: where no project is chosen, the highest anywhere.
        func role(in project: Project.ID?) -> Role? {
            if isAdministrator { return .owner }
            guard let project else { return roles.values.max() }
            return roles[project]
        }
    }

    private let connection: any SQLConnection
    private let projects: [Project.ID]
    /// By the number of their account with Telegram, which is that of their private chat, too (Bot API, "Chat").
    private let people: [String: Reader]

    init(_ connection: any SQLConnection) throws {
        self.connection = connection
        projects = try ProjectTable(connection).all().map(\.id)
        people = try Self.people(connection)
    }

    /// The chats that can be written to. Those that have no menu of their own are without an audience: of people whom the hub does not know.
    func chats() throws -> [(place: SlotTable.Place, audience: MenuAudience?)] {
        try connection.rows("SELECT bot, chat, is_private, project FROM telegram_chat WHERE is_dead = FALSE ORDER BY bot, chat").map {
            row in
            var reader = RowReader(row)
            let place = SlotTable.Place(bot: try reader.int64(), chat: try reader.int64(), topic: nil)
            let (isPrivate, project): (Bool, Project.ID?) = (try reader.bool(), try reader.optionalID())
            return (place, isPrivate ? audience(of: place.chat, in: project) : group(in: project))
        }
    }

    /// A group's members see its project's cards, and so may see what its templates are called.
    private func group(in project: Project.ID?) -> MenuAudience { .init(isPrivate: false, role: .member, project: project) }

    private func audience(of account: Int64, in chosen: Project.ID?) -> MenuAudience? {
        guard let person = people[String(account)] else { return nil }
        let mine = person.isAdministrator ? projects : Array(person.roles.keys)
        // As in ``RequestContext``: who was taken out of a project does not work in it any more, whatever they chose.
        let chosen = chosen.flatMap { mine.contains($0) ? $0 : nil }
        let project = chosen ?? (mine.count == 1 ? mine.first : nil)
        let role = person.role(in: project)
        // Templates are run by members.
        return .init(isPrivate: true, role: role, project: role.map { $0 >= .member } ?? false ? project : nil)
    }

    private static func people(_ connection: any SQLConnection) throws -> [String: Reader] {
        var roles: [Person.ID: [Project.ID: Role]] = [:]
        for row in try connection.rows("SELECT person, project, role FROM membership") {
            var reader = RowReader(row)
            let (person, project): (Person.ID, Project.ID) = (try reader.id(), try reader.id())
            roles[person, default: [:]][project] = try reader.value(Role.self)
        }
        let identities = try connection.rows(
            """
            SELECT person_identity.subject, person.id, person.is_administrator FROM person_identity
            JOIN person ON person.id = person_identity.person WHERE person_identity.kind = \(TelegramGateway.network)
            """
        ).map { row in
            var reader = RowReader(row)
            let (subject, person): (String, Person.ID) = (try reader.text(), try reader.id())
            return (subject, Reader(isAdministrator: try reader.bool(), roles: roles[person] ?? [:]))
        }
        return Dictionary(identities) { $1 }
    }
}

import ChatOps
import HubCore
import HubStore

/// Where what happens in a project is told: in the groups that work in it; where there is none, to its owners in private; and always in the
/// chat in which the task was created (chat page, "Settled details").
struct NoticeTargets {
    let connection: any SQLConnection

    func bound(to project: Project.ID) throws -> [SlotTable.Place] {
        try places(
            """
            SELECT bot, chat, topic FROM telegram_chat
            WHERE project = \(project) AND is_private = FALSE AND is_dead = FALSE ORDER BY bot, chat
            """)
    }

    /// Their private chats, one each: with the bot that they wrote to last.
    func owners(of project: Project.ID) throws -> [SlotTable.Place] {
        let people = PersonTable(connection)
        let owners = try people.members(of: project).filter { $0.role == .owner }.map(\.person.id)
        return try privateChats(of: owners + people.administrators())
    }

    /// - Parameter bot: one that cannot write now.
    func administrators(notBy bot: Int64? = nil) throws -> [SlotTable.Place] {
        try privateChats(of: PersonTable(connection).administrators(), notBy: bot)
    }

    private func privateChats(of people: [Person.ID], notBy bot: Int64? = nil) throws -> [SlotTable.Place] {
        var subjects: [String] = []
        for person in people {
            for subject in try PersonTable(connection).subjects(of: person, identity: TelegramGateway.network)
            where !subjects.contains(subject) {
                subjects.append(subject)
            }
        }
        return try subjects.compactMap { Int64($0) }.flatMap { chat in
            try places(
                """
                SELECT bot, chat, topic FROM telegram_chat
                WHERE chat = \(chat) AND is_private = TRUE AND is_dead = FALSE AND bot <> \(bot ?? 0) ORDER BY seen_at DESC LIMIT 1
                """
            ).map { SlotTable.Place(bot: $0.bot, chat: $0.chat, topic: nil) }
        }
    }

    /// How texts in a chat that are about a task or a terminal name tasks: as ``LabelledNotice`` has it. `nil` for what is about neither.
    func label(bot: Int64, chat: Int64, of topic: Topic) throws -> TaskLabel? {
        let project: SQL
        if let task = topic.task {
            project = "SELECT project FROM agent_task WHERE id = \(task)"
        } else if let session = topic.terminal {
            project = "SELECT project FROM session WHERE id = \(session)"
        } else {
            return nil
        }
        let row = try connection.row(
            """
            SELECT 1 FROM telegram_chat
            WHERE bot = \(bot) AND chat = \(chat) AND is_private = FALSE AND project = (\(project))
            """)
        return row == nil ? .qualified : .short
    }

    func origin(of task: AgentTask.ID) throws -> SlotTable.Place? {
        try places(
            """
            SELECT telegram_origin.bot, telegram_origin.chat, telegram_origin.topic FROM telegram_origin
            JOIN telegram_chat ON telegram_chat.bot = telegram_origin.bot AND telegram_chat.chat = telegram_origin.chat
            WHERE telegram_origin.task = \(task) AND telegram_chat.is_dead = FALSE
            """
        ).first
    }

    /// Whether any chat can be written to: without one nothing has a target, and no card is drawn.
    func isAnybodyThere() throws -> Bool {
        try connection.row("SELECT 1 FROM telegram_chat WHERE is_dead = FALSE LIMIT 1") != nil
    }

    func isAlive(_ place: SlotTable.Place) throws -> Bool {
        try connection.row(
            "SELECT 1 FROM telegram_chat WHERE bot = \(place.bot) AND chat = \(place.chat) AND is_dead = FALSE") != nil
    }

    /// Whether what happens in `project` may be shown there: groups are taken at their word, and a person's own chat has it as long as they
    /// have a role there.
    func maySee(_ project: Project.ID, bot: Int64, chat: Int64) throws -> Bool {
        let isPrivate =
            try connection.row("SELECT 1 FROM telegram_chat WHERE bot = \(bot) AND chat = \(chat) AND is_private = TRUE") != nil
        guard isPrivate else { return true }
        let people = PersonTable(connection)
        guard let person = try people.find(identity: TelegramGateway.network, String(chat)) else { return false }
        return try person.isAdministrator || people.role(of: person.id, in: project) != nil
    }

    private func places(_ sql: SQL) throws -> [SlotTable.Place] {
        try connection.rows(sql).map { row in
            var reader = RowReader(row)
            return .init(bot: try reader.int64(), chat: try reader.int64(), topic: try reader.optionalInt().map { Int($0) })
        }
    }
}

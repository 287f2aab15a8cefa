extension World {
    /// What the app suggests when the person types `/`: of each bot the list of the most specific scope that has one, the person's language
    /// before the one for all (Bot API, "Determining list of commands").
    package func commands(for person: Person.ID, in id: Chat.ID) -> [(bot: Bot.ID, command: BotCommand)] {
        guard let language = people[person].map({ $0.language ?? "" }) else { return [] }
        let isAdministrator = chats[id]?.members[person]?.isAdministrator == true
        let audiences: [CommandScope.Audience]
        let present: [Bot.ID]
        switch id {
        case .direct(let bot, _):
            audiences = [.chat(id.number), .privateChats, .everyone]
            present = [bot]
        case .group(let number):
            audiences =
                [.member(person, chat: number)] + (isAdministrator ? [.chatAdministrators(number)] : []) + [.chat(number)]
                + (isAdministrator ? [.administrators] : []) + [.groupChats, .everyone]
            present = presentBots(in: id)
        }
        return present.flatMap { bot in
            let lists = bots[bot]?.commands ?? [:]
            let scopes = audiences.flatMap { [CommandScope(audience: $0, language: language), CommandScope(audience: $0, language: "")] }
            let list = scopes.lazy.compactMap { lists[$0] }.first { !$0.isEmpty } ?? []
            return list.map { (bot, $0) }
        }
    }
}

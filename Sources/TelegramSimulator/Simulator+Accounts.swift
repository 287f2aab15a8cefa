extension Simulator {
    package func addBot(
        username: String, name: String? = nil, readsAllGroupMessages: Bool = false, hasTopics: Bool = false, secret: String? = nil
    ) -> World.Bot {
        change {
            $0.addBot(
                username: username, name: name, readsAllGroupMessages: readsAllGroupMessages, hasTopics: hasTopics, secret: secret)
        }
    }

    package func addPerson(name: String, username: String? = nil, language: String? = nil) -> World.Person {
        change { $0.addPerson(name: name, username: username, language: language) }
    }

    /// Makes a group; the first of `people` owns it. Bots come in as ordinary members (see ``promote(_:in:)``) and learn of it by
    /// `my_chat_member`.
    package func addGroup(
        title: String, people: [World.Person], bots: [World.Bot] = [], kind: World.Chat.Kind = .supergroup, isForum: Bool = false
    ) -> World.Chat.ID {
        change { $0.addGroup(title: title, people: people.map(\.id), bots: bots.map(\.id), kind: kind, isForum: isForum) }
    }

    /// Sets what `account` (a bot's or a person's id) is in a group, and tells the bots.
    package func setMembership(
        of account: Int64, in chat: World.Chat.ID, to membership: World.Chat.Membership, by person: World.Person
    ) throws(World.PersonError) {
        try change { world throws(World.PersonError) in
            try world.setMembership(of: account, in: chat, to: membership, by: person.id)
        }
    }

    /// The person blocks the bot (403 from now on) or unblocks it.
    package func setBlocked(_ blocked: Bool, bot: World.Bot, by person: World.Person) throws(World.PersonError) {
        try change { world throws(World.PersonError) in
            try world.setMembership(
                of: bot.id, in: .direct(bot: bot.id, person: person.id), to: blocked ? .kicked : .member, by: person.id)
        }
    }

    package func blockBot(_ bot: World.Bot, by person: World.Person) throws(World.PersonError) {
        try setBlocked(true, bot: bot, by: person)
    }

    package func kickBot(_ bot: World.Bot, from chat: World.Chat.ID, by person: World.Person) throws(World.PersonError) {
        try setMembership(of: bot.id, in: chat, to: .kicked, by: person)
    }

    /// Turns a basic group into a supergroup; the old id is refused from now on, with `migrate_to_chat_id`.
    package func migrate(_ chat: World.Chat.ID, by person: World.Person) throws(World.PersonError) -> World.Chat.ID {
        try change { world throws(World.PersonError) in try world.migrate(chat, by: person.id) }
    }

    package func revokeToken(of bot: World.Bot) { change { $0.revokeToken(of: bot.id) } }

    /// Hands confirmed updates out once more with the next fetch, as after a lost confirmation.
    package func redeliver(_ updates: [Int], of bot: World.Bot) {
        change { $0.redeliver(Set(updates), of: bot.id) }
    }

    /// The latest updates that the bot has confirmed, oldest first.
    package func confirmedUpdates(of bot: World.Bot) -> [World.UpdateQueue.Update] { world.bots[bot.id]?.queue.confirmed ?? [] }

    package func pendingUpdates(of bot: World.Bot) -> [World.UpdateQueue.Update] { world.bots[bot.id]?.queue.pending ?? [] }

    /// Lets update ids continue with `first`, lower or higher than before.
    package func renumberUpdates(of bot: World.Bot, from first: Int) { change { $0.renumberUpdates(of: bot.id, from: first) } }
}

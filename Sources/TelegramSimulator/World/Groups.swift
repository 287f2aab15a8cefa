extension World {
    /// Makes a group; the first of `people` owns it.
    package mutating func addGroup(
        title: String, people: [Person.ID], bots: [Bot.ID] = [], kind: Chat.Kind = .supergroup, isForum: Bool = false
    ) -> Chat.ID {
        let number = nextNumber()
        // Ids of supergroups begin with -100.
        let id = Chat.ID.group(kind == .group ? -number : -1_000_000_000_000 - number)
        var chat = Chat(id: id, kind: kind, title: title, isForum: isForum && kind == .supergroup)
        for (index, person) in people.enumerated() { chat.members[person] = index == 0 ? .creator : .member }
        chats[id] = chat
        changes.append(.chat(id))
        if let owner = people.first {
            for bot in bots { try? setMembership(of: bot, in: id, to: .member, by: owner) }
        }
        return id
    }

    /// Changes what an account is in a chat. Bots learn of their own change by `my_chat_member`, administrators of others' by
    /// `chat_member`, and a group shows who came and went.
    package mutating func setMembership(
        of account: Int64, in id: Chat.ID, to membership: Chat.Membership, by person: Person.ID
    ) throws(PersonError) {
        guard people[person] != nil else { throw .unknownPerson }
        guard people[account] != nil || bots[account] != nil else { throw .unknownBot }
        guard let chat = chats[id] else { throw .unknownChat }
        let before = chat.members[account] ?? .left
        guard before != membership else { return }
        chats[id]?.members[account] = membership
        changes.append(.chat(id))
        let content: JSON = [
            "chat": json(chat), "from": userJSON(person), "date": .integer(Int64(now.timeIntervalSince1970)),
            "old_chat_member": memberJSON(account, as: before), "new_chat_member": memberJSON(account, as: membership),
        ]
        if bots[account] != nil { enqueue("my_chat_member", content, for: account) }
        for bot in presentBots(in: id) where bot != account && chat.members[bot]?.isAdministrator == true {
            enqueue("chat_member", content, for: bot)
        }
        guard chat.kind != .direct, before.isPresent != membership.isPresent else { return }
        post(Posting(sender: .person(person), chat: id, service: membership.isPresent ? .joined([account]) : .left(account)))
    }

    /// Turns a basic group into a supergroup with another id and message ids of its own.
    package mutating func migrate(_ old: Chat.ID, by person: Person.ID) throws(PersonError) -> Chat.ID {
        guard var chat = chats[old], chat.kind == .group, chat.migratedTo == nil else { throw .unknownChat }
        guard chat.members[person]?.isPresent == true else { throw .notMember }
        let id = Chat.ID.group(-1_000_000_000_000 - nextNumber())
        let members = chat.members
        chat = Chat(id: id, kind: .supergroup, title: chat.title)
        chat.members = members
        chats[id] = chat
        post(Posting(sender: .person(person), chat: old, service: .migratedTo(id.number)))
        chats[old]?.migratedTo = id.number
        post(Posting(sender: .person(person), chat: id, service: .migratedFrom(old.number)))
        changes += [.chat(old), .chat(id)]
        return id
    }

    /// The bots that are in the chat now, lowest id first.
    func presentBots(in chat: Chat.ID) -> [Bot.ID] {
        (chats[chat]?.members ?? [:]).filter { bots[$0.key] != nil && $0.value.isPresent }.keys.sorted()
    }
}

import Foundation

/// The world as the page shows it: what people see, not what bots get.
extension World {
    private static let shownMessages = 300

    func pageState() -> JSON {
        [
            "people": .array(people.values.sorted { $0.id < $1.id }.map(pagePerson)),
            "bots": .array(
                bots.values.sorted { $0.id < $1.id }.map {
                    ["id": .integer($0.id), "name": .string($0.name), "username": .string($0.username)]
                }),
            "chats": .array(pageChats.map(pageChat)), "commands": pageCommands(),
            "samples": .array(samples.map { ["label": .string($0.label), "name": .string($0.name)] }),
            "messages": .object(
                Dictionary(
                    uniqueKeysWithValues: chats.values.map { chat in
                        (chat.id.pageKey, .array(chat.messages.suffix(Self.shownMessages).map(pageMessage)))
                    })),
        ]
    }

    func pageEvent(_ change: Change) -> JSON? {
        switch change {
        case .chat(let id): chats[id].map { ["type": "chat", "chat": pageChat($0)] }
        case .message(let id, let number):
            chats[id]?.message(number).map { ["type": "message", "chat": .string(id.pageKey), "message": pageMessage($0)] }
        case .deleted(let id, let number): ["type": "deleted", "chat": .string(id.pageKey), "message": .integer(Int64(number))]
        case .typing(let id, let bot): ["type": "typing", "chat": .string(id.pageKey), "name": .string(name(of: bot))]
        case .answered(let id):
            callbacks[id].flatMap { callback in
                callback.answer.map { answer in
                    [
                        "type": "answer", "callback": .string(id), "person": .integer(callback.person),
                        "text": answer.text.map { .string($0) }, "alert": .bool(answer.showAlert), "url": answer.url.map { .string($0) },
                    ]
                }
            }
        case .commands: ["type": "commands", "commands": pageCommands()]
        case .roster: ["type": "state", "state": pageState()]
        case .updates, .polling: nil
        }
    }

    /// All chats, and those that a person could open.
    private var pageChats: [Chat] {
        let possible = people.keys.flatMap { person in bots.keys.map { Chat.ID.direct(bot: $0, person: person) } }
        let unopened = possible.filter { chats[$0] == nil }.map { Chat(id: $0, kind: .direct, title: "") }
        return (Array(chats.values) + unopened).sorted { $0.id.pageKey < $1.id.pageKey }
    }

    private func pagePerson(_ person: Person) -> JSON {
        ["id": .integer(person.id), "name": .string(person.name), "username": person.username.map { .string($0) }]
    }

    private func pageChat(_ chat: Chat) -> JSON {
        var value: [String: JSON] = [
            "key": .string(chat.id.pageKey), "kind": .string(chat.kind.rawValue), "title": .string(chat.title),
            "isForum": .bool(chat.isForum), "closed": .bool(chat.migratedTo != nil),
            "members": .array(chat.members.filter { $0.value.isPresent }.keys.sorted().map { .integer($0) }),
            "topics": .array(
                chat.topics.values.sorted { $0.id < $1.id }.map {
                    ["id": .integer(Int64($0.id)), "name": .string($0.name), "closed": .bool($0.isClosed), "color": .integer($0.iconColor)]
                }),
        ]
        if case .direct(let bot, let person) = chat.id {
            value["title"] = .string(name(of: bot))
            value["bot"] = .integer(bot)
            value["person"] = .integer(person)
            value["blocked"] = .bool(chat.members[bot] == .kicked)
        }
        if let draft = chat.draft, draft.expires > now {
            value["draft"] = [
                "text": .string(draft.text), "entities": .array(draft.entities.map { json($0) }), "name": .string(name(of: draft.bot)),
                "seconds": .integer(Int64(draft.expires.timeIntervalSince(now).rounded(.up))),
            ]
        }
        return .object(value)
    }

    private func pageCommands() -> JSON {
        var lists: [String: JSON] = [:]
        for chat in pageChats {
            var lines: [Person.ID] = []
            if case .direct(_, let person) = chat.id { lines = [person] } else { lines = chat.members.keys.filter { people[$0] != nil } }
            for person in lines {
                lists["\(chat.id.pageKey)/\(person)"] = .array(
                    commands(for: person, in: chat.id).map { ["command": .string($1.command), "summary": .string($1.summary)] })
            }
        }
        return .object(lists)
    }

    private func pageMessage(_ message: Message) -> JSON {
        var value: [String: JSON] = [
            "id": .integer(Int64(message.id)), "sender": .integer(message.sender.number), "name": .string(name(of: message.sender.number)),
            "bot": .bool(message.isFromBot), "date": .integer(Int64(message.date.timeIntervalSince1970)), "text": .string(message.text),
            "entities": .array(message.entities.map { json($0) }), "edited": .bool(message.editDate != nil),
            "silent": .bool(message.isSilent), "versions": .integer(Int64(message.versions.count)),
        ]
        if let thread = message.thread { value["thread"] = .integer(Int64(thread)) }
        if let reply = message.replyTo { value["reply"] = .integer(Int64(reply)) }
        if let quote = message.quote { value["quote"] = .string(quote) }
        if !message.keyboard.isEmpty { value["keyboard"] = pageKeyboard(message.keyboard) }
        if !message.reactions.isEmpty {
            value["reactions"] = .array(
                message.reactions.sorted { $0.key.number < $1.key.number }.map {
                    ["emoji": .string($0.value), "by": .integer($0.key.number), "name": .string(name(of: $0.key.number))]
                })
        }
        if let attachment = message.attachment {
            value["file"] = [
                "kind": .string(attachment.kind.rawValue), "id": .integer(Int64(attachment.file)), "name": .string(attachment.name),
                "size": .integer(Int64(files[attachment.file]?.bytes.count ?? 0)), "width": .integer(Int64(attachment.width)),
                "height": .integer(Int64(attachment.height)),
            ]
        }
        switch message.prompt {
        case .reply(let placeholder, _): value["prompt"] = ["reply": true, "placeholder": placeholder.map { .string($0) }]
        case .keyboard(let rows, let placeholder, let oneTime):
            value["prompt"] = [
                "rows": .array(rows.map { .array($0.map { .string($0) }) }), "placeholder": placeholder.map { .string($0) },
                "oneTime": .bool(oneTime),
            ]
        case .removeKeyboard: value["prompt"] = ["remove": true]
        case nil: break
        }
        if let service = message.service { value["service"] = .string(pageText(service, by: message.sender)) }
        return .object(value)
    }

    private func pageKeyboard(_ keyboard: [[Button]]) -> JSON {
        .array(
            keyboard.map { row in
                .array(
                    row.map { button in
                        var value: [String: JSON] = ["text": .string(button.text)]
                        if let style = button.style { value["style"] = .string(style) }
                        switch button.action {
                        case .callback(let data): value["data"] = .string(data)
                        case .url(let url), .webApp(let url): value["url"] = .string(url)
                        case .copy(let text): value["copy"] = .string(text)
                        case .other: break
                        }
                        return .object(value)
                    })
            })
    }

    private func pageText(_ service: Service, by sender: Message.Sender) -> String {
        let who = name(of: sender.number)
        return switch service {
        case .joined(let accounts): "\(who) added \(accounts.map(name).joined(separator: ", "))"
        case .left(let account): account == sender.number ? "\(who) left" : "\(who) removed \(name(of: account))"
        case .topicCreated(let name, _): "\(who) created the topic “\(name)”"
        case .topicEdited(let name): "\(who) renamed the topic to “\(name)”"
        case .topicClosed: "\(who) closed the topic"
        case .topicReopened: "\(who) reopened the topic"
        case .migratedTo, .migratedFrom: "The group became a supergroup"
        }
    }
}

extension World.Chat.ID {
    /// The chat's name towards the page.
    var pageKey: String {
        switch self {
        case .direct(let bot, let person): "d:\(bot):\(person)"
        case .group(let number): "g:\(number)"
        }
    }

    init?(pageKey: String) {
        let parts = pageKey.split(separator: ":").map(String.init)
        switch (parts.first, parts.dropFirst().map { Int64($0) }) {
        case ("d", let numbers) where numbers.count == 2:
            guard let bot = numbers[0], let person = numbers[1] else { return nil }
            self = .direct(bot: bot, person: person)
        case ("g", let numbers) where numbers.count == 1:
            guard let number = numbers[0] else { return nil }
            self = .group(number)
        default: return nil
        }
    }
}

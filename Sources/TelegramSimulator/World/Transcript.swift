extension World {
    package func name(of account: Int64) -> String { people[account]?.name ?? bots[account]?.name ?? "#\(account)" }

    /// The chat as lines of text: `Ada: /start`, `Hub: Hello 🔕 [Approve] [Later]`; a reply names what it replies to.
    package func transcript(_ id: Chat.ID) -> String {
        guard let chat = chats[id] else { return "(no such chat)" }
        return chat.messages.map { message in
            var line = "\(name(of: message.sender.number))"
            if let thread = message.thread, let topic = chat.topics[thread] { line += " in \(topic.name)" }
            if let target = message.replyTo.flatMap({ chat.message($0) }) {
                line += " to “\(target.text.prefix(24).split(separator: "\n").first ?? "")”"
            }
            line += ": "
            if let attachment = message.attachment { line += "📎 \(attachment.name) " }
            line += message.service.map { "(\($0))" } ?? message.text
            if message.editDate != nil { line += " ✎" }
            for row in message.keyboard { line += " " + row.map { "[\($0.text)]" }.joined(separator: " ") }
            let reactions = message.reactions.values.sorted()
            if !reactions.isEmpty { line += " {\(reactions.joined())}" }
            return line
        }.joined(separator: "\n")
    }
}

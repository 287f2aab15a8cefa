extension Simulator {
    /// A person writes. In a private chat the first message starts the bot.
    @discardableResult
    package func send(
        _ text: String, from person: World.Person, to chat: World.Chat.ID, replyTo: World.Message? = nil, quote: String? = nil,
        thread: Int? = nil
    ) throws(World.PersonError) -> World.Message {
        try change { world throws(World.PersonError) in
            try world.say(text, from: person.id, in: chat, replyTo: replyTo?.id, quote: quote, thread: thread)
        }
    }

    /// A person writes to a bot in private.
    @discardableResult
    package func send(
        _ text: String, from person: World.Person, to bot: World.Bot, replyTo: World.Message? = nil, quote: String? = nil
    ) throws(World.PersonError) -> World.Message {
        try send(text, from: person, to: .direct(bot: bot.id, person: person.id), replyTo: replyTo, quote: quote)
    }

    /// A person follows `t.me/<bot>?start=<payload>`.
    @discardableResult
    package func start(_ bot: World.Bot, by person: World.Person, payload: String = "") throws(World.PersonError) -> World.Message {
        try send(payload.isEmpty ? "/start" : "/start \(payload)", from: person, to: bot)
    }

    @discardableResult
    package func sendDocument(
        named name: String, _ bytes: [UInt8], mimeType: String = "text/plain", caption: String = "", from person: World.Person,
        to chat: World.Chat.ID, replyTo: World.Message? = nil, thread: Int? = nil
    ) throws(World.PersonError) -> World.Message {
        try change { world throws(World.PersonError) in
            try world.upload(
                name: name, bytes: bytes, mimeType: mimeType, caption: caption, from: person.id, in: chat, replyTo: replyTo?.id,
                thread: thread)
        }
    }

    @discardableResult
    package func edit(_ message: World.Message, to text: String, by person: World.Person) throws(World.PersonError) -> World.Message {
        try change { world throws(World.PersonError) in try world.rewrite(message.id, in: message.chat, to: text, by: person.id) }
    }

    /// `nil` takes the reaction back.
    package func react(_ emoji: String?, to message: World.Message, by person: World.Person) throws(World.PersonError) {
        try change { world throws(World.PersonError) in try world.react(emoji, to: message.id, in: message.chat, by: person.id) }
    }

    /// Presses a button, named by its label or its callback data, and waits for the bot's answer.
    ///
    /// - Throws: ``World/PersonError``, or ``TimedOut`` when the bot does not answer in time.
    @discardableResult
    package func press(
        _ labelOrData: String, on message: World.Message, by person: World.Person, timeout: Duration = Simulator.patience
    ) async throws -> World.Callback.Answer {
        let id = try beginPress(labelOrData, on: message, by: person)
        return try await wait(timeout: timeout, for: "an answer to the press of \(labelOrData)") { $0.callbacks[id]?.answer }
    }

    /// Presses a button without waiting, also one of an older version of the message.
    ///
    /// - Returns: the callback query's id.
    @discardableResult
    package func beginPress(
        _ labelOrData: String, on message: World.Message, by person: World.Person
    ) throws(World.PersonError) -> String {
        guard let button = message.button(labelOrData) else { throw .noSuchButton(labelOrData) }
        return try change { world throws(World.PersonError) in
            try world.press(button, on: message.id, in: message.chat, by: person.id)
        }
    }

    @discardableResult
    package func createTopic(_ name: String, in chat: World.Chat.ID, by person: World.Person) throws(World.PersonError) -> World.Chat.Topic
    {
        try change { world throws(World.PersonError) in try world.openTopic(name, in: chat, by: person.id) }
    }
}

extension Simulator {
    package func chat(_ id: World.Chat.ID) -> World.Chat? { world.chats[id] }

    /// The messages that are there now, oldest first.
    package func messages(in chat: World.Chat.ID) -> [World.Message] { world.chats[chat]?.messages ?? [] }

    package func message(_ id: Int, in chat: World.Chat.ID) -> World.Message? { world.chats[chat]?.message(id) }

    package func file(_ attachment: World.Attachment) -> World.StoredFile? { world.files[attachment.file] }

    /// The commands that the app suggests to `person` in `chat`.
    package func commands(for person: World.Person, in chat: World.Chat.ID) -> [World.BotCommand] {
        world.commands(for: person.id, in: chat).map(\.command)
    }

    /// Waits until `value` gives something; it is asked now and after each change.
    ///
    /// - Throws: ``TimedOut``, `CancellationError`.
    package func wait<Value: Sendable>(
        timeout: Duration = Simulator.patience, for what: String, until value: @escaping @Sendable (World) -> Value?
    ) async throws -> Value {
        if let present = value(world) { return present }
        guard !isStopped else { throw TimedOut(description: "the simulator was stopped") }
        let ticket = nextTicket()
        let timer = Task { [weak self] in
            try await Task.sleep(for: timeout)
            await self?.giveUp(ticket)
        }
        defer { timer.cancel() }
        let found: Value? = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: nil) }
                watchers[ticket] = Watcher(
                    sees: { world in
                        guard let present = value(world) else { return false }
                        continuation.resume(returning: present)
                        return true
                    },
                    end: { continuation.resume(returning: nil) })
            }
        } onCancel: {
            Task { await self.giveUp(ticket) }
        }
        guard let found else {
            try Task.checkCancellation()
            throw TimedOut(description: "waited \(timeout) in vain for \(what)")
        }
        return found
    }

    /// Waits for the first message of `chat` that fits and is newer than `after`.
    package func waitForMessage(
        in chat: World.Chat.ID, after: World.Message? = nil, timeout: Duration = Simulator.patience,
        where fits: @escaping @Sendable (World.Message) -> Bool
    ) async throws -> World.Message {
        do {
            return try await wait(timeout: timeout, for: "a message") { world in
                world.chats[chat]?.messages.first { $0.id > after?.id ?? 0 && fits($0) }
            }
        } catch let error as TimedOut {
            throw TimedOut(description: "\(error) in:\n\(transcript(chat))")
        }
    }

    /// Waits until the chat as a whole is as `fits` says.
    @discardableResult
    package func waitForChat(
        _ chat: World.Chat.ID, timeout: Duration = Simulator.patience, until fits: @escaping @Sendable (World.Chat) -> Bool
    ) async throws -> World.Chat {
        do {
            return try await wait(timeout: timeout, for: "a state of the chat") { $0.chats[chat].flatMap { fits($0) ? $0 : nil } }
        } catch let error as TimedOut {
            throw TimedOut(description: "\(error) in:\n\(transcript(chat))")
        }
    }

    private func giveUp(_ ticket: Int) {
        guard let watcher = watchers.removeValue(forKey: ticket) else { return }
        watcher.end()
    }

    /// The chat as lines of text: who, what, which buttons.
    package func transcript(_ chat: World.Chat.ID) -> String { world.transcript(chat) }
}

/// Somebody who waits for a state of the world. Exactly one of the two ends it, once.
struct Watcher: Sendable {
    /// True when it has what it waited for, and is done.
    let sees: @Sendable (World) -> Bool
    let end: @Sendable () -> Void
}

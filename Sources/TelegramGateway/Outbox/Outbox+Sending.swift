import Foundation
import HubCore
import HubService
import HubStore
import Logging
import TelegramBot

extension Outbox {
    /// Makes one call and acts on what comes of it (Bot API notes, section 6).
    func deal(with item: OutboxItem) async {
        do {
            let message = try await send(item)
            if message != nil, let topic = item.call.topic { noteOpen(topic, in: item.chat) }
            mark(item, .sent(message: message))
            pump { $0.finish(item.chat) }
        } catch let error as BotAPIError {
            await act(on: error, item)
        } catch is CancellationError {
            leave(item)
        } catch {
            retry(item, HubError(error).description)
        }
    }

    /// - Returns: the id of a new message.
    private func send(_ item: OutboxItem) async throws -> Int? {
        let call = item.call
        let filled = await filler.fill(call.text, call.terminal)
        guard noteLive(filled, item) else { return nil }
        let text = item.isPlain ? filled.withoutFormatting : filled
        switch call.action {
        case .show where item.isEphemeral:
            // The first message of the place is a stored one.
            guard let message = try await message(of: call.slot, in: item.chat, unless: false) else { return nil }
            try await client.editMessage(MessageAddress(chat: item.chat, message: message), text: text, keyboard: call.keyboard)
        case .show:
            let message = try await message(of: call.slot, in: item.chat, unless: item.postsAnew)
            if let message {
                try await client.editMessage(MessageAddress(chat: item.chat, message: message), text: text, keyboard: call.keyboard)
                return nil
            }
            return try await post(text, item)
        case .post, .take: return try await post(text, item)
        case .edit(let message):
            try await client.editMessage(MessageAddress(chat: item.chat, message: message), text: text, keyboard: call.keyboard)
        case .strip(let message): try await client.editKeyboard(of: MessageAddress(chat: item.chat, message: message), to: nil)
        case .upload(let name):
            try await noteInFlight(item)
            let file = OutgoingFile(name: name, contents: Data(item.document ?? []))
            return try await client.sendDocument(file, caption: text, to: destination(item), options: try await options(item)).id
        case .photo(let name):
            try await noteInFlight(item)
            let file = OutgoingFile(name: name, contents: Data(item.document ?? []))
            return try await client.sendPhoto(file, caption: text, to: destination(item), options: try await options(item)).id
        case .picture, .repicture: return try await sendPicture(text, item)
        case .fetch(let file):
            guard let stored = try await stored(file) else { return try await post(text + "\n(the file is not kept any more)", item) }
            try await noteInFlight(item)
            return try await client.sendDocument(stored, caption: text, to: destination(item), options: try await options(item)).id
        case .react(let emoji, let message):
            guard !lacksReactions else { throw BotAPIError.methodUnknown }
            try await client.setReaction(emoji, on: MessageAddress(chat: item.chat, message: message))
        }
        return nil
    }

    /// The picture of a screen, drawn now; where there is nothing to draw the words say so.
    private func sendPicture(_ text: MessageText, _ item: OutboxItem) async throws -> Int? {
        var picture: OutgoingFile?
        if let session = item.call.terminal?.session { picture = await filler.picture(of: session) }
        let missing = text + MessageText("\n") + .italic("There is nothing to draw now.")
        if case .repicture(let message) = item.call.action {
            let address = MessageAddress(chat: item.chat, message: message)
            if let picture {
                try await client.editMedia(of: address, photo: picture, caption: text, keyboard: item.call.keyboard)
            } else {
                try await client.editCaption(of: address, to: missing, keyboard: item.call.keyboard)
            }
            return nil
        }
        guard let picture else { return try await post(missing, item) }
        try await noteInFlight(item)
        return try await client.sendPhoto(picture, caption: text, to: destination(item), options: try await options(item)).id
    }

    private func stored(_ id: HubFile.ID) async throws -> OutgoingFile? {
        // Who asked for it was let in then; what cannot be read any more is told in words.
        guard let (name, bytes) = try? await hub.bytes(of: id, as: .hub) else { return nil }
        return OutgoingFile(name: name, contents: Data(bytes))
    }

    private func post(_ text: MessageText, _ item: OutboxItem) async throws -> Int {
        try await noteInFlight(item)
        return try await client.sendMessage(text, to: destination(item), options: try await options(item)).id
    }

    /// Only what must not be posted twice needs to be known as under way after a crash; the rest is posted once more anyway.
    private func noteInFlight(_ item: OutboxItem) async throws {
        guard !item.call.isRepeatable else { return }
        try await hub.database.write { try OutboxTable.markInFlight(item.id, in: $0) }
    }

    private func noteNotSent(_ item: OutboxItem) async {
        guard !item.call.isRepeatable else { return }
        // Where this fails, a crash before the next attempt loses a progress line at most.
        try? await hub.database.write { try OutboxTable.markQueued(item.id, in: $0) }
    }

    private func destination(_ item: OutboxItem) -> Destination { Destination(chat: item.chat, topic: item.call.topic) }

    private func options(_ item: OutboxItem) async throws -> SendOptions {
        let call = item.call
        let target: Int? =
            switch call.replyTo {
            case .message(let message): message
            case .slot(let slot): try await message(of: slot, in: item.chat)
            case nil: nil
            }
        let markup = call.keyboard.map(ReplyMarkup.inline) ?? call.prompt.map { .forceReply(placeholder: $0, selective: target != nil) }
        return SendOptions(replyTo: target, markup: markup, isSilent: call.isSilent, isProtected: call.vanishesAfter != nil)
    }

    private func message(of slot: String?, in chat: Int64, unless isGone: Bool = false) async throws -> Int? {
        guard let slot, !isGone else { return nil }
        if let known = state.withLock({ $0.slots[SlotKey(chat: chat, slot: slot)] }) { return known }
        let bot = bot
        return try await hub.database.read { try SlotTable(connection: $0).message(slot, bot: bot, chat: chat) }
    }

    private func act(on error: BotAPIError, _ item: OutboxItem) async {
        var item = item
        switch error.remedy {
        case .ignore:
            mark(item, .sent(message: nil))
            pump { $0.finish(item.chat) }
        case .repeatAfter(let seconds):
            let now = now
            log.notice("Telegram asks to slow down", metadata: ["bot": "\(bot)", "chat": "\(item.chat)", "seconds": "\(seconds)"])
            pump { $0.throttled(item.request, for: seconds, at: now) }
            await noteNotSent(item)
            putBack(item)
        case .backOff:
            await noteNotSent(item)
            retry(item, error.description)
        case .backOffUncertain:
            if error.mayBeOwnFault { item.faults += 1 }
            switch item.step(after: error, isNewMessage: await isNewMessage(item)) {
            case .again: retry(item, error.description)
            case .once:
                item.isRepetition = true
                retry(item, error.description)
            case .unknown:
                log.warning("it is not known whether a message arrived", metadata: metadata(item, error))
                end(item, .uncertain)
            case .never:
                forgetLive(in: item.chat, item.call.slot)
                giveUp(item, error)
            }
        case .rewriteChat(let chat):
            // The row of this call moves with the others.
            await report(.migrated(item.chat, to: chat))
            pump { $0.finish(item.chat) }
            item.chat = chat
            pump { $0.add(item) }
        case .forgetMessage:
            if item.isEphemeral, let slot = item.call.slot {
                end(item, .failed)
                return await report(.liveGone(chat: item.chat, slot: slot))
            }
            guard case .show = item.call.action, !item.postsAnew else { return end(item, .failed) }
            item.postsAnew = true
            putBack(item)
        case .repeatWithoutReply:
            guard item.call.replyTo != nil else { return giveUp(item, error) }
            item.call.replyTo = nil
            putBack(item)
        case .restoreTopic:
            guard let topic = item.call.topic else { return giveUp(item, error) }
            if error == .threadGone(.closed) { return await goAround(closed: topic, item) }
            // A reply would go where its target lies: into the topic again.
            (item.call.topic, item.call.replyTo) = (nil, nil)
            await report(.topicGone(chat: item.chat, topic: topic))
            putBack(item)
        case .repeatAsPlainText:
            log.error("the formatting of a message was refused", metadata: metadata(item, error))
            guard !item.isPlain else { return giveUp(item, error) }
            item.isPlain = true
            putBack(item)
        case .abandonChat:
            await report(.chatDied(item.chat, error))
            end(item, .failed)
        case .stopBot:
            halt()
            putBack(item)
            await report(.unauthorized)
        case .giveUp:
            if case .methodUnknown = error, case .react = item.call.action { return endWithoutReactions(item) }
            if case .tooLarge = error { await report(.tooLarge(chat: item.chat, topic: item.call.topic, id: item.id)) }
            giveUp(item, error)
        }
    }

    /// Whether the call posts, so that doing it twice shows.
    private func isNewMessage(_ item: OutboxItem) async -> Bool {
        switch item.call.action {
        case .post, .take, .upload, .photo, .picture, .fetch: true
        case .show where item.isEphemeral: false
        // Where the database cannot tell, a second post is the lesser evil: it is no edit then.
        case .show: ((try? await message(of: item.call.slot, in: item.chat, unless: item.postsAnew)) ?? nil) == nil
        case .edit, .strip, .react, .repicture: false
        }
    }

    private func giveUp(_ item: OutboxItem, _ error: BotAPIError) {
        log.error("a call was refused and is dropped", metadata: metadata(item, error))
        end(item, .failed)
    }

    /// It made no message, or nobody knows.
    func end(_ item: OutboxItem, _ end: OutboxMark.End) {
        mark(item, end)
        pump { $0.giveUp(item) }
    }

    func retry(_ item: OutboxItem, _ reason: String) {
        var item = item
        item.failures += 1
        var generator = SystemRandomNumberGenerator()
        let wait = Backoff.delay(afterAttempt: item.failures, using: &generator)
        log.notice("a call failed and is repeated", metadata: ["bot": "\(bot)", "chat": "\(item.chat)", "reason": "\(reason)"])
        putBack(item, restingUntil: now + wait)
    }

    /// The transport was shut down: the row stays as it is, for the next start.
    func leave(_ item: OutboxItem) { state.withLock { state in _ = state.queue.putBack(item, restingUntil: .seconds(1 << 30)) } }

    func putBack(_ item: OutboxItem, restingUntil time: Duration? = nil) {
        var isSuperseded = false
        forgetLive(in: item.chat, item.call.slot)
        pump { queue in isSuperseded = !queue.putBack(item, restingUntil: time) }
        if isSuperseded { mark(item, .failed) }
    }

    private func metadata(_ item: OutboxItem, _ error: BotAPIError) -> Logger.Metadata {
        ["bot": "\(bot)", "chat": "\(item.chat)", "call": "\(item.name)", "error": "\(error)"]
    }
}

extension OutboxItem {
    fileprivate var name: String {
        switch call.action {
        case .post: "post"
        case .show: "show"
        case .take: "take"
        case .edit: "edit"
        case .strip: "strip"
        case .upload: "upload"
        case .photo: "photo"
        case .react: "react"
        case .picture: "picture"
        case .repicture: "repicture"
        case .fetch: "fetch"
        }
    }
}

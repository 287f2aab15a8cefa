import Foundation

extension BotAPIClient {
    /// Posts `text`, cleaned as ``MessageText/normalized()`` says. Not repeatable: there is no key to tell a repetition by.
    @discardableResult
    package func sendMessage(_ text: MessageText, to destination: Destination, options: SendOptions = SendOptions()) async throws -> Message
    {
        var call = MethodCall("sendMessage", isRepeatable: false)
        call.set(destination)
        call.set(text.normalized(), as: "text", entities: "entities")
        call.setLinkPreview(options.showsLinkPreview)
        call.set(options)
        return try await self.call(call)
    }

    /// Replaces text and keyboard; without `keyboard` the message loses the one it had.
    ///
    /// - Returns: `false` where it already was like that.
    @discardableResult
    package func editMessage(
        _ message: MessageAddress, text: MessageText, keyboard: InlineKeyboard? = nil, showsLinkPreview: Bool = false
    ) async throws -> Bool {
        var call = MethodCall("editMessageText", isRepeatable: true)
        call.set(message)
        call.set(text.normalized(), as: "text", entities: "entities")
        call.setLinkPreview(showsLinkPreview)
        call.set("reply_markup", keyboard?.json)
        return try await edit(call)
    }

    /// Replaces the keyboard, or takes it away; `false` where it already was like that.
    @discardableResult
    package func editKeyboard(of message: MessageAddress, to keyboard: InlineKeyboard?) async throws -> Bool {
        var call = MethodCall("editMessageReplyMarkup", isRepeatable: true)
        call.set(message)
        call.set("reply_markup", keyboard?.json)
        return try await edit(call)
    }

    func edit(_ call: MethodCall) async throws -> Bool {
        do {
            _ = try await rawResult(of: call)
            return true
        } catch BotAPIError.notModified {
            return false
        }
    }

    /// Possible for 48 hours; `false` where the message was gone.
    @discardableResult
    package func deleteMessage(_ message: MessageAddress) async throws -> Bool {
        var call = MethodCall("deleteMessage", isRepeatable: true)
        call.set(message)
        do { return try await self.call(call) } catch BotAPIError.messageGone { return false }
    }

    /// Deletes 1–100 messages and skips those that are gone.
    package func deleteMessages(_ messages: [Int], in chat: Int64) async throws {
        var call = MethodCall("deleteMessages", isRepeatable: true)
        call.set("chat_id", chat)
        call.set("message_ids", .array(messages.map { .integer($0) }))
        _ = try await self.call(call, returning: Bool.self)
    }

    /// Pins a message; nobody is notified. Needs a right in groups.
    package func pinMessage(_ message: MessageAddress) async throws {
        var call = MethodCall("pinChatMessage", isRepeatable: true)
        call.set(message)
        call.set("disable_notification", flag: true)
        _ = try await self.call(call, returning: Bool.self)
    }

    package func unpinMessage(_ message: MessageAddress) async throws {
        var call = MethodCall("unpinChatMessage", isRepeatable: true)
        call.set(message)
        _ = try await self.call(call, returning: Bool.self)
    }

    /// Sets the bot's one reaction (of Telegram's fixed list, such as 👀 👍 👌 ✍), or takes it away.
    package func setReaction(_ emoji: String?, on message: MessageAddress) async throws {
        var call = MethodCall("setMessageReaction", isRepeatable: true)
        call.set(message)
        call.set("reaction", .array(emoji.map { [.object(["type": .string("emoji"), "emoji": .string($0)])] } ?? []))
        _ = try await self.call(call, returning: Bool.self)
    }

    /// Shows "typing…" and the like for 5 s, or until the next message.
    package func sendChatAction(_ action: ChatAction, to destination: Destination) async throws {
        var call = MethodCall("sendChatAction", isRepeatable: true)
        call.set(destination)
        call.set("action", action.rawValue)
        _ = try await self.call(call, returning: Bool.self)
    }

    /// Shows or changes a preview that vanishes after 30 s; private chats only. Finish with ``sendMessage(_:to:options:)``.
    ///
    /// - Parameter draft: not 0; the same one animates the change.
    package func sendMessageDraft(_ text: MessageText, draft: Int, to destination: Destination) async throws {
        var call = MethodCall("sendMessageDraft", isRepeatable: true)
        call.set(destination)
        call.set("draft_id", draft)
        call.set(text.normalized(), as: "text", entities: "entities")
        _ = try await self.call(call, returning: Bool.self)
    }
}

package enum ChatAction: String, Sendable {
    case typing
    case uploadPhoto = "upload_photo"
    case uploadDocument = "upload_document"
}

extension MethodCall {
    mutating func set(_ text: MessageText, as name: String, entities: String) {
        set(name, text.text)
        if !text.entities.isEmpty { set(entities, .array(text.entities.prefix(MessageText.entityLimit).map(\.json))) }
    }
}

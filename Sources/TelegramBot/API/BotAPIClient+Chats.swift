import Foundation

extension BotAPIClient {
    package func chat(_ id: Int64) async throws -> Chat {
        var call = MethodCall("getChat", isRepeatable: true)
        call.set("chat_id", id)
        return try await self.call(call)
    }

    package func member(_ user: Int64, of chat: Int64) async throws -> ChatMember {
        var call = MethodCall("getChatMember", isRepeatable: true)
        call.set("chat_id", chat)
        call.set("user_id", user)
        return try await self.call(call)
    }

    /// Makes a topic with a name of 1–128 characters. Not repeatable.
    package func createForumTopic(named name: String, iconColor: Int? = nil, in chat: Int64) async throws -> ForumTopic {
        var call = MethodCall("createForumTopic", isRepeatable: false)
        call.set("chat_id", chat)
        call.set("name", name)
        call.set("icon_color", iconColor)
        return try await self.call(call)
    }

    /// Renames a topic; `false` where it had that name already.
    @discardableResult
    package func editForumTopic(_ topic: Int, in chat: Int64, name: String) async throws -> Bool {
        try await change(topic, in: chat, by: "editForumTopic", name: name)
    }

    /// Closes a topic for people; `false` where it was closed.
    @discardableResult
    package func closeForumTopic(_ topic: Int, in chat: Int64) async throws -> Bool {
        try await change(topic, in: chat, by: "closeForumTopic")
    }

    /// Opens a closed topic; `false` where it was open.
    @discardableResult
    package func reopenForumTopic(_ topic: Int, in chat: Int64) async throws -> Bool {
        try await change(topic, in: chat, by: "reopenForumTopic")
    }

    private func change(_ topic: Int, in chat: Int64, by method: String, name: String? = nil) async throws -> Bool {
        var call = MethodCall(method, isRepeatable: true)
        call.set("chat_id", chat)
        call.set("message_thread_id", topic)
        call.set("name", name)
        do { return try await self.call(call) } catch BotAPIError.notModified { return false }
    }
}

package struct ForumTopic: Decodable, Sendable, Equatable {
    /// The `message_thread_id` to send to.
    package let id: Int
    package let name: String

    private enum CodingKeys: String, CodingKey {
        case id = "message_thread_id"
        case name
    }
}

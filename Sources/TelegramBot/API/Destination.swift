import Foundation

/// Where a message goes: a chat, and the topic in it. A send without one does not compile.
package struct Destination: Sendable, Hashable, Codable {
    /// Negative for groups and channels.
    package let chat: Int64
    /// `message_thread_id`; `nil` is the chat itself, or the topic General of a forum.
    package let topic: Int?

    /// A forum's General has id 1, but is addressed by leaving the id out: "message thread not found" otherwise.
    package init(chat: Int64, topic: Int? = nil) {
        self.chat = chat
        self.topic = chat < 0 && topic == 1 ? nil : topic
    }
}

/// One message of a chat, as one bot numbers it: in private chats each bot counts for itself.
package struct MessageAddress: Sendable, Hashable, Codable {
    package let chat: Int64
    package let message: Int

    package init(chat: Int64, message: Int) { (self.chat, self.message) = (chat, message) }
}

/// A file to be uploaded.
package struct OutgoingFile: Sendable {
    package let name: String
    package let contents: Data

    package init(name: String, contents: Data) { (self.name, self.contents) = (name, contents) }
}

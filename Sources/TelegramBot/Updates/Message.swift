/// A message, or a service message about its chat.
package struct Message: Sendable, Equatable {
    package var id: Int
    package var topic: Int?
    /// Whether it lies in a topic. ``topic`` alone may also be a thread of replies.
    package var isTopicMessage = false
    /// Seconds since 1970; 0 where the message is no longer accessible.
    package var date = 0
    package var chat: Chat
    /// Missing in channels and from anonymous administrators.
    package var from: User?
    /// The text, or the caption of a file; see ``entities``.
    package var text: String?
    package var entities: [TextEntity] = []
    /// Whether ``text`` is a caption.
    package var isCaption = false
    package var document: Document?
    /// From small to large.
    package var photo: [PhotoSize] = []
    /// The `callback_data` of the buttons below it, row by row.
    package var buttons: [String] = []
    package var isForwarded = false
    package var service: Service?
    /// What it replies to. Not the message that opened the topic, which Telegram names on all messages of one.
    package var replyTo: Reply?
    /// The part of ``replyTo`` that the person marked before they replied.
    package var quote: String?

    package init(id: Int, chat: Chat) { (self.id, self.chat) = (id, chat) }

    /// What a service message tells.
    package enum Service: Sendable, Equatable {
        case newMembers([User])
        case leftMember(User)
        case migratedTo(Int64)
        case migratedFrom(Int64)
        case topicCreated(name: String)
        case topicEdited(name: String?)
        case topicClosed
        case topicReopened
    }

    package var address: MessageAddress { MessageAddress(chat: chat.id, message: id) }

    /// Where an answer belongs: its chat, and its topic if it is in one.
    package var destination: Destination { Destination(chat: chat.id, topic: isTopicMessage ? topic : nil) }

    /// Where the text of `entity` is; `nil` where it lies outside, or cuts a surrogate pair.
    package func text(of entity: TextEntity) -> Substring? { text.flatMap { entity.substring(of: $0) } }
}

extension Message {
    /// The message replied to. What that one replies to is not told.
    package struct Reply: Sendable, Equatable {
        private let boxed: [Message]

        init(_ message: Message) { boxed = [message] }

        package var message: Message { boxed[0] }
    }
}

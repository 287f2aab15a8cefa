import HubCore
import HubService
import HubStore

/// Somebody in a chat, as the chat network names them.
package struct Sender: Hashable, Sendable {
    /// The kind of identity, `telegram`.
    package let network: String
    /// The id there.
    package let subject: String
    /// What to call them: the first name, and the user name if there is one.
    package let name: String
    /// `nil` for strangers.
    package let person: Person?

    package init(network: String, subject: String, name: String, person: Person?) {
        (self.network, self.subject, self.name, self.person) = (network, subject, name, person)
    }

    package var caller: Caller {
        person.map { .person($0, over: .telegram) } ?? .stranger(name: name, over: .telegram)
    }
}

/// Where it was said.
package struct Place: Hashable, Sendable {
    package let isPrivate: Bool
    /// The project that the chat is bound to or works in now; `nil` if none was chosen and the person has several.
    package let project: Project?
    /// Bound for good, so that `#42` needs no project's name.
    package let isBound: Bool
    /// The user name of the bot that is spoken to, for links.
    package let bot: String

    package init(isPrivate: Bool, project: Project?, isBound: Bool, bot: String) {
        (self.isPrivate, self.project, self.isBound, self.bot) = (isPrivate, project, isBound, bot)
    }
}

/// A message for the hub: a command, a reply, or text in a conversation.
package struct ChatRequest: Sendable {
    package var text: String
    package var sender: Sender
    package var place: Place
    /// The message that this one replies to, a real reply and not the mark of a forum topic.
    package var repliedTo: Original?
    package var conversation: Conversation
    /// What of a task was shown last in this chat: what a command without an id is about.
    package var lastShown: Topic?
    /// The plans and results that this chat had been shown when this was written, newest first, one of each task.
    package var decisions: [ShownDecision]
    /// When the person sent it, as the network says: it may have waited since.
    package var writtenAt: Timestamp?
    /// Makes the effect happen once, however often the message is handled.
    package var key: HandledTable.Key
    /// A file that came with it; the text is its caption then.
    package var attachment: Attachment?

    package struct Original: Sendable {
        package var text: String
        /// The part that was marked before replying.
        package var quote: String?
        /// What it is about, if it is one of ours.
        package var topic: Topic?
        package var isOurs: Bool
        /// What its buttons do, where the hub was never told that this message arrived (``topic`` is `nil` then).
        package var offers: [ButtonAction]
        /// The file that it holds.
        package var attachment: Attachment?

        package init(
            text: String, topic: Topic?, isOurs: Bool, offers: [ButtonAction] = [], quote: String? = nil, attachment: Attachment? = nil
        ) {
            (self.text, self.topic, self.isOurs, self.offers) = (text, topic, isOurs, offers)
            (self.quote, self.attachment) = (quote, attachment)
        }
    }

    /// A file that somebody sent.
    package struct Attachment: Sendable {
        package var name: String
        package var mimeType: String?
        /// In bytes, as far as the network tells.
        package var size: Int64?
        /// Fetches it.
        ///
        /// Throws ``AttachmentError``.
        package var read: @Sendable () async throws -> [UInt8]

        package init(name: String, mimeType: String?, size: Int64?, read: @escaping @Sendable () async throws -> [UInt8]) {
            (self.name, self.mimeType, self.size, self.read) = (name, mimeType, size, read)
        }
    }

    package init(
        text: String, sender: Sender, place: Place, repliedTo: Original? = nil, conversation: Conversation = .none, lastShown: Topic? = nil,
        decisions: [ShownDecision] = [], key: HandledTable.Key, attachment: Attachment? = nil
    ) {
        (self.text, self.sender, self.place, self.repliedTo) = (text, sender, place, repliedTo)
        (self.conversation, self.lastShown, self.decisions) = (conversation, lastShown, decisions)
        (self.key, self.attachment) = (key, attachment)
    }
}

/// Why a file that somebody sent could not be fetched.
package enum AttachmentError: Error, Hashable, Sendable {
    /// Bots may fetch 20 MB at most.
    case tooLarge
    case unreachable(String)
}

/// A press on one of our buttons.
package struct ButtonPress: Sendable {
    package var action: ButtonAction
    package var sender: Sender
    package var place: Place
    /// What the hub waits for from the presser in this chat. A press that has nothing to do with it leaves it as it is.
    package var conversation: Conversation
    package var key: HandledTable.Key

    package init(action: ButtonAction, sender: Sender, place: Place, conversation: Conversation = .none, key: HandledTable.Key) {
        (self.action, self.sender, self.place, self.conversation, self.key) = (action, sender, place, conversation, key)
    }
}

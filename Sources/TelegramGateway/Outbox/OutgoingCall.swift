import ChatOps
import HubCore
import TelegramBot

/// One call that is to be made in a chat, as it is stored until it was made.
struct OutgoingCall: Codable, Sendable {
    enum Action: Codable, Sendable {
        case post
        /// Puts `text` into the message of ``slot``, or posts it there if it has none.
        case show
        /// Posts `text` at the end of the chat. The message is that of ``slot`` from then on; the one before it loses its buttons.
        case take
        case edit(message: Int)
        /// Takes the buttons off, and leaves the text.
        case strip(message: Int)
        /// The file is stored beside the call.
        case upload(name: String)
        /// The picture is stored beside the call.
        case photo(name: String)
        case react(String, message: Int)
        /// A picture of ``terminal``, drawn when it is sent; words where there is nothing to draw.
        case picture
        /// Puts a new picture in the place of a message's.
        case repicture(message: Int)
        /// A file that the hub keeps, read when it is sent.
        case fetch(HubFile.ID)
    }

    enum Target: Codable, Sendable {
        case message(Int)
        /// The message that the slot has by then; no reply if it has none.
        case slot(String)
    }

    var action: Action
    /// The forum topic.
    var topic: Int?
    var text: MessageText
    var keyboard: InlineKeyboard?
    /// Opens the reply box with this hint.
    var prompt: String?
    var replyTo: Target?
    var isSilent: Bool
    var slot: String?
    /// What a reply to the message is about.
    var about: Topic?
    /// What counts as shown in the chat once the message is there.
    var shows: Topic?
    /// Seconds after which the message is deleted.
    var vanishesAfter: Int?
    /// Whether it is posted once more when nobody knows whether the first time arrived.
    var isRepeatable: Bool
    /// Of a stored ``Action/take`` that was a ``Action/show``: the row of the first call that it stands in for, directly or by way of others.
    /// If one of them was made after all, this one edits its message.
    var standsInFor: Int64?
    /// What of a terminal is put below the text, or drawn, when it is sent.
    var terminal: TerminalView?

    init(_ action: Action, _ text: MessageText = "", topic: Int? = nil, isSilent: Bool = true, isRepeatable: Bool = true) {
        (self.action, self.text, self.topic, self.isSilent, self.isRepeatable) = (action, text, topic, isSilent, isRepeatable)
    }

    /// What is to be made if `old`, whose place it takes, was not.
    ///
    /// - Parameter number: the row of `old`.
    func standing(inFor old: OutgoingCall, _ number: Int64? = nil) -> OutgoingCall {
        guard case .take = old.action, case .show = action else { return self }
        var result = self
        (result.action, result.standsInFor) = (.take, old.standsInFor ?? number)
        return result
    }

    /// Calls that show in the same place: of those that wait only the latest is made.
    var mergeKey: String? {
        switch action {
        case .show, .take: slot
        case .edit(let message), .strip(let message), .repicture(let message): "message/\(message)"
        case .post, .upload, .photo, .react, .picture, .fetch: nil
        }
    }
}

/// The kinds of update that are understood here, under the names of the Bot API: what `allowed_updates` lists.
package enum UpdateKind: String, Sendable, CaseIterable {
    case message
    case editedMessage = "edited_message"
    case callbackQuery = "callback_query"
    case myChatMember = "my_chat_member"
    /// Comes only to administrators of the chat.
    case messageReaction = "message_reaction"
}

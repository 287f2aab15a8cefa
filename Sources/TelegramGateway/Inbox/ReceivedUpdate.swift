import HubCore
import TelegramBot

/// An update that is stored.
struct ReceivedUpdate: Sendable {
    let update: Update
    let receivedAt: Timestamp

    var id: Int64 { update.id }

    /// Updates with the same lane are handled one after the other: those of one chat, or of one person where a press names no chat.
    var lane: Int64 {
        if let chat = update.chat { return chat.id }
        if case .callbackQuery(let query) = update.content { return query.from.id }
        return 0
    }
}

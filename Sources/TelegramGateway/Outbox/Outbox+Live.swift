import ChatOps
import TelegramBot

/// What a live message looks like.
struct LiveMessage: Equatable, Sendable {
    let text: MessageText
    let keyboard: InlineKeyboard?
}

extension Outbox {
    /// Takes a live message over that is stored nowhere.
    ///
    /// - Returns: `false` where it is not needed: it looks like that already, or something stored goes to the same place first, and
    ///   draws the screen as it is then.
    func addLive(_ item: OutboxItem) -> Bool {
        guard let slot = item.call.slot else { return false }
        let shown = state.withLock { $0.lives[SlotKey(chat: item.chat, slot: slot)] }
        var isNeeded = shown != LiveMessage(text: item.call.text, keyboard: item.call.keyboard)
        pump { queue in
            if let waiting = queue.waiting(in: item.chat, for: slot) { isNeeded = waiting.isEphemeral }
            if isNeeded { queue.add(item) }
        }
        return isNeeded
    }

    /// Notes what a live message is about to show.
    ///
    /// - Returns: `false` where an edit would change nothing, which Telegram refuses ("message is not modified").
    func noteLive(_ text: MessageText, _ item: OutboxItem) -> Bool {
        guard let slot = item.call.slot else { return true }
        let (key, new) = (SlotKey(chat: item.chat, slot: slot), LiveMessage(text: text, keyboard: item.call.keyboard))
        return state.withLock { state in
            if item.isEphemeral, state.lives[key] == new { return false }
            if item.isLive { state.lives[key] = new } else { state.lives[key] = nil }
            return true
        }
    }

    /// To be called when it is not live any more, or does not show yet what was noted.
    func forgetLive(in chat: Int64, _ slot: String?) {
        guard let slot else { return }
        state.withLock { $0.lives[SlotKey(chat: chat, slot: slot)] = nil }
    }
}

extension OutboxItem {
    /// Whether it shows a tail that goes on.
    fileprivate var isLive: Bool {
        if case .tail(_, .live)? = call.terminal { return true }
        return isEphemeral
    }
}

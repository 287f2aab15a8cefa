import Foundation
import TelegramBot

/// Whether a message in a group is for this bot, and its words without the bot's name.
struct Addressing: Sendable, Equatable {
    /// The words for the hub; `nil` where they are another bot's command.
    let text: String?
    let isForUs: Bool

    init(_ message: Message, bot: Int64, username: String?) {
        let text = message.text ?? ""
        let isReply = message.replyTo?.message.from?.id == bot
        if text.hasPrefix("/") {
            let end = text.firstIndex(where: \.isWhitespace) ?? text.endIndex
            let name = text[..<end].split(separator: "@", maxSplits: 1)
            guard name.count == 2 else {
                (self.text, isForUs) = (text, true)
                return
            }
            let isOurs = username.map { name[1].lowercased() == $0.lowercased() } ?? false
            (self.text, isForUs) = isOurs ? (String(name[0] + text[end...]), true) : (nil, false)
            return
        }
        if let username, let range = text.range(of: "@\(username)", options: .caseInsensitive) {
            let rest = text.replacingCharacters(in: range, with: "").trimmingCharacters(in: .whitespaces)
            (self.text, isForUs) = (rest, true)
            return
        }
        (self.text, isForUs) = (text, isReply || message.chat.kind == .personal)
    }
}

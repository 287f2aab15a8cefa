import ChatOps
import Foundation
import HubCore
import HubService
import Pictures
import TelegramBot
import Terminal

/// Puts what a terminal shows into messages, at the moment in which they are sent.
struct ScreenFiller: Sendable {
    let screens: any LiveScreens

    /// The text with the part of the terminal that belongs below it, cut to what a message holds.
    func fill(_ text: MessageText, _ view: TerminalView?) async -> MessageText {
        switch view {
        case nil, .picture: return text
        case .lines(let session, let count, _):
            guard count > 0 else { return text }
            return Self.text(text, over: await screens.scrollback(of: session, last: count), orElse: nil)
        case .screen(let session), .tail(let session, _):
            return Self.text(text, over: await rows(of: session), orElse: "Nothing to show yet.")
        }
    }

    private func rows(of session: Session.ID) async -> [String] {
        guard let image = await screens.screen(of: session) else { return [] }
        var rows = image.lines
        while rows.last?.isEmpty == true { rows.removeLast() }
        while rows.first?.isEmpty == true { rows.removeFirst() }
        return rows
    }

    /// A picture of the screen; `nil` where there is nothing to draw.
    func picture(of session: Session.ID) async -> OutgoingFile? {
        // Whatever cannot be drawn is told in words instead.
        guard let image = await screens.screen(of: session), let png = try? await ScreenPicture.draw(image) else { return nil }
        return OutgoingFile(name: "screen.png", contents: Data(png))
    }

    /// The rows go into a block, in which nothing is markup and nothing can be tapped; of too many the last stay.
    static func text(_ text: MessageText, over rows: [String], orElse placeholder: String?) -> MessageText {
        let head = text.normalized()
        var kept: [String] = []
        var room = MessageText.messageLimit - head.utf16Count - 8
        for row in rows.suffix(200).reversed() {
            let row = row.utf16.count <= 400 ? row : row.prefix(300) + "…"
            guard row.utf16.count + 1 <= room else { break }
            room -= row.utf16.count + 1
            kept.append(row)
        }
        let block = AgentText.block(kept.reversed().joined(separator: "\n"))
        guard block.contains(where: { !$0.isWhitespace }) else {
            return placeholder.map { head + MessageText("\n") + .italic($0) } ?? head
        }
        return head + MessageText("\n") + .pre(block)
    }
}

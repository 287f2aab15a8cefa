import ChatOps
import Cryptography
import HubService
import TelegramBot

/// Makes calls of messages: splits what is long, makes a document of what is very long, gives buttons their ids.
struct MessageComposer: Sendable {
    /// More parts than this become a document.
    static let partLimit = 3
    /// UTF-16 units shown of what became a document.
    static let summaryLimit = 1500

    let vault: Vault

    struct Style: Sendable {
        var topic: Int?
        var replyTo: OutgoingCall.Target?
        var slot: String?
        /// Ids of the slot's buttons by action.
        var buttonIDs: [String: String] = [:]
        var lane: SendLane?
    }

    /// New messages, the first of them in `style.slot` if it has one.
    func post(_ message: ChatMessage, _ style: Style) throws -> [PreparedCall] {
        var draft = Draft(message, style)
        let text = MessageText(message.text, showsSecrets: message.vanishesAfter != nil)
        if case .picture? = message.terminal { return try [picture(.picture, text, draft)] }
        if let file = message.file {
            draft.add(.fetch(file), Self.caption(text))
            return try [prepared(draft.calls[0], draft, buttons: [], document: nil)]
        }
        if let picture = message.picture {
            // Telegram shows no photos that are very wide or very long.
            let action: OutgoingCall.Action = picture.isPhoto ? .photo(name: picture.name) : .upload(name: picture.name)
            draft.add(action, Self.caption(text), document: picture.bytes)
            return try [prepared(draft.calls[0], draft, buttons: [], document: picture.bytes)]
        }
        var parts = text.split()
        var document = message.document
        if parts.count > Self.partLimit || (style.slot != nil && parts.count > 1) {
            if document == nil { document = ChatDocument(name: "message.txt", bytes: Array(text.text.utf8)) }
            parts = [Self.summary(of: text)]
        }
        let keyboard = try keyboard(message, style, &draft.buttons)
        if let document, parts.count <= 1, keyboard == nil, message.asksForReply == nil, style.slot == nil,
            (parts.first?.utf16Count ?? 0) <= MessageText.captionLimit
        {
            draft.add(.upload(name: document.name), parts.first ?? "", document: document.bytes)
        } else {
            // What is decided on comes before the buttons: nobody presses before the whole of it is there.
            let leads = document != nil && keyboard != nil && style.slot == nil
            if let document, leads { draft.add(.upload(name: document.name), "", document: document.bytes) }
            var isSecondLoud = leads
            if case .lines(_, _, withPicture: true)? = message.terminal, style.slot == nil {
                draft.add(.picture, "")
                draft.calls[draft.calls.count - 1].terminal = message.terminal
                isSecondLoud = true
            }
            for part in parts { draft.add(.post, part) }
            if parts.isEmpty, document == nil || keyboard != nil { draft.add(.post, "…") }
            if let last = draft.calls.indices.last { draft.calls[last].terminal = message.terminal }
            if isSecondLoud, draft.calls.count > 1 { (draft.calls[0].isSilent, draft.calls[1].isSilent) = (true, !message.urgency.rings) }
            draft.finishText(keyboard: keyboard, prompt: message.asksForReply)
            if let document, style.slot != nil || keyboard == nil { draft.add(.upload(name: document.name), "", document: document.bytes) }
        }
        return try draft.calls.enumerated().map { index, call in
            try prepared(call, draft, buttons: index == draft.keyboardIndex ? draft.buttons : [], document: draft.documents[index])
        }
    }

    /// Puts a message in the place of another.
    func edit(_ target: Int, to message: ChatMessage, _ style: Style) throws -> PreparedCall {
        var draft = Draft(message, style)
        let text = MessageText(message.text, showsSecrets: message.vanishesAfter != nil)
        if case .picture? = message.terminal { return try picture(.repicture(message: target), text, draft) }
        let keyboard = try keyboard(message, style, &draft.buttons)
        draft.add(.edit(message: target), Self.fitting(text))
        draft.calls[0].keyboard = keyboard
        draft.calls[0].terminal = message.terminal
        return try prepared(draft.calls[0], draft, buttons: draft.buttons, document: nil)
    }

    private func picture(_ action: OutgoingCall.Action, _ text: MessageText, _ given: Draft) throws -> PreparedCall {
        var draft = given
        draft.style.slot = nil
        let keyboard = try keyboard(draft.message, draft.style, &draft.buttons)
        draft.add(action, Self.caption(text))
        draft.calls[0].keyboard = keyboard
        draft.calls[0].terminal = draft.message.terminal
        return try prepared(draft.calls[0], draft, buttons: draft.buttons, document: nil)
    }

    private static func caption(_ text: MessageText) -> MessageText { text.normalized().clipped(to: MessageText.captionLimit - 60) }

    /// Takes the buttons of a message away.
    func strip(_ target: Int) throws -> PreparedCall {
        let call = OutgoingCall(.strip(message: target))
        return PreparedCall(
            call: call, lane: .decisions, stored: Array(try StoredJSON.bytes(call)), isSealed: false, buttons: [], document: nil)
    }

    /// Makes a message what it becomes once its matter is settled.
    func redraw(_ target: Int, _ redraw: Notice.Redraw) throws -> PreparedCall {
        try redraw.message.map { try edit(target, to: $0, .init(lane: .decisions)) } ?? strip(target)
    }

    func react(_ emoji: String, to message: Int) throws -> PreparedCall {
        let call = OutgoingCall(.react(emoji, message: message))
        return PreparedCall(
            call: call, lane: .answers, stored: Array(try StoredJSON.bytes(call)), isSealed: false, buttons: [], document: nil)
    }

    private func prepared(_ call: OutgoingCall, _ draft: Draft, buttons: [ButtonTable.Row], document: [UInt8]?) throws -> PreparedCall {
        let stored = try StoredCall.encode(call, with: vault)
        return PreparedCall(
            call: call, lane: draft.lane, stored: stored.bytes, isSealed: stored.isSealed, buttons: buttons, document: document)
    }

    private func keyboard(_ message: ChatMessage, _ style: Style, _ made: inout [ButtonTable.Row]) throws -> InlineKeyboard? {
        let rows = try message.buttons.map { row in
            try row.map { button -> InlineKeyboard.Button in
                let shown = button.style.flatMap { InlineKeyboard.Button.Style(rawValue: $0.rawValue) }
                if case .open(let url) = button.action { return .init(button.label, .url(url), style: shown) }
                let action = try StoredJSON.text(button.action)
                if let id = style.buttonIDs[action] { return .init(button.label, .callback(id), style: shown) }
                let id = Base64.url.encode(SecureRandom.bytes(16))
                made.append(ButtonTable.Row(id: id, action: action))
                return .init(button.label, .callback(id), style: shown)
            }
        }.filter { !$0.isEmpty }
        return rows.isEmpty ? nil : InlineKeyboard(rows)
    }

    private static func summary(of text: MessageText) -> MessageText {
        text.normalized().clipped(to: summaryLimit) + MessageText("\n\n") + .italic("The whole text is in the document.")
    }

    /// A message that must stay one.
    private static func fitting(_ text: MessageText) -> MessageText {
        let text = text.normalized()
        return text.isEmpty ? "…" : text.clipped(to: MessageText.messageLimit)
    }
}

/// The calls of one message while they are put together.
private struct Draft {
    let message: ChatMessage
    var style: MessageComposer.Style
    var calls: [OutgoingCall] = []
    var documents: [Int: [UInt8]] = [:]
    var buttons: [ButtonTable.Row] = []
    var keyboardIndex = -1

    init(_ message: ChatMessage, _ style: MessageComposer.Style) { (self.message, self.style) = (message, style) }

    var lane: SendLane { style.lane ?? message.urgency.lane }

    mutating func add(_ action: OutgoingCall.Action, _ text: MessageText, document: [UInt8]? = nil) {
        let isFirst = calls.isEmpty
        let isShown = isFirst && style.slot != nil
        var call = OutgoingCall(
            isShown ? .show : action, text, topic: style.topic, isSilent: !message.urgency.rings || !isFirst,
            isRepeatable: message.urgency.lane <= .results)
        call.slot = isShown ? style.slot : nil
        call.replyTo = style.replyTo
        call.about = message.topic
        call.vanishesAfter = message.vanishesAfter
        documents[calls.count] = document
        calls.append(call)
    }

    /// Buttons and the reply box belong below the last part; with that the whole is shown.
    mutating func finishText(keyboard: InlineKeyboard?, prompt: String?) {
        guard !calls.isEmpty else { return }
        keyboardIndex = calls.count - 1
        calls[keyboardIndex].keyboard = keyboard
        calls[keyboardIndex].prompt = keyboard == nil ? prompt : nil
        calls[keyboardIndex].shows = message.shows
    }
}

extension ChatDocument {
    /// Whether Telegram takes this PNG as a photo (Bot API, "sendPhoto": width and height together at most 10 000, their ratio at most 20).
    var isPhoto: Bool {
        // The header's first chunk holds both, big-endian (PNG specification, section 11.2.2).
        guard bytes.count > 24, bytes.count < 10_000_000 else { return false }
        func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let (width, height) = (number(16), number(20))
        return width > 0 && height > 0 && width + height <= 10_000 && max(width, height) <= 20 * min(width, height)
    }
}

/// What hangs below a message.
package enum ReplyMarkup: Sendable, Equatable, Codable {
    case inline(InlineKeyboard)
    /// Opens the reply box. `placeholder` has at most 64 characters; `selective`: only for who is mentioned or replied to.
    case forceReply(placeholder: String? = nil, selective: Bool = false)

    var json: JSONValue {
        switch self {
        case .inline(let keyboard): keyboard.json
        case .forceReply(let placeholder, let selective):
            .object([
                "force_reply": .boolean(true), "input_field_placeholder": placeholder.map { .string(String($0.prefix(64))) },
                "selective": selective ? .boolean(true) : nil,
            ])
        }
    }
}

/// Buttons in rows; at most 100 in all.
package struct InlineKeyboard: Sendable, Equatable, Codable {
    package struct Button: Sendable, Equatable, Codable {
        package enum Action: Sendable, Equatable, Codable {
            /// 1–64 bytes that come back in the callback query.
            case callback(String)
            case url(String)
            /// A Mini App; private chats and https only.
            case webApp(url: String)
            /// 1–256 characters.
            case copy(String)
        }

        package enum Style: String, Sendable, Codable { case danger, success, primary }

        package var text: String
        package var action: Action
        package var style: Style?

        package init(_ text: String, _ action: Action, style: Style? = nil) {
            (self.text, self.action, self.style) = (text, action, style)
        }

        var json: JSONValue {
            var members = [JSONValue.Member("text", .string(text))]
            switch action {
            case .callback(let data): members.append(.init("callback_data", .string(data)))
            case .url(let url): members.append(.init("url", .string(url)))
            case .webApp(let url): members.append(.init("web_app", .object(["url": .string(url)])))
            case .copy(let text): members.append(.init("copy_text", .object(["text": .string(text)])))
            }
            if let style { members.append(.init("style", .string(style.rawValue))) }
            return .object(members)
        }
    }

    package var rows: [[Button]]

    package init(_ rows: [[Button]]) { self.rows = rows }

    var json: JSONValue { .object(["inline_keyboard": .array(rows.map { .array($0.map(\.json)) })]) }
}

import Foundation

/// `reply_markup`, read strictly.
struct ReplyMarkup: Equatable {
    var keyboard: [[World.Button]] = []
    var prompt: World.Prompt?

    init(_ value: JSON?, allowsPrompt: Bool = true) throws(World.Refusal) {
        guard let value else { return }
        if value["inline_keyboard"] != nil {
            var fields = try Fields(value, of: "InlineKeyboardMarkup")
            for row in try fields.required("inline_keyboard", \.array) {
                guard let row = row.array else { throw .badRequest("can't parse inline keyboard button row") }
                var buttons: [World.Button] = []
                for button in row { buttons.append(try Self.button(button)) }
                if !buttons.isEmpty { keyboard.append(buttons) }
            }
            try fields.finish()
            guard keyboard.joined().count <= 100 else { throw .badRequest("reply markup is too long") }
            return
        }
        guard allowsPrompt else { throw .badRequest("inline keyboard expected") }
        try readPrompt(value)
    }

    private mutating func readPrompt(_ value: JSON) throws(World.Refusal) {
        var fields = try Fields(value, of: "reply markup")
        let placeholder = try fields.optional("input_field_placeholder", \.string)
        guard placeholder.map({ (1...64).contains($0.utf16.count) }) ?? true else {
            throw .badRequest("input field placeholder is too long")
        }
        let selective = try fields.optional("selective", \.bool) ?? false
        if try fields.optional("force_reply", \.bool) == true {
            prompt = .reply(placeholder: placeholder, selective: selective)
        } else if try fields.optional("remove_keyboard", \.bool) == true {
            prompt = .removeKeyboard
        } else if let rows = try fields.optional("keyboard", \.array) {
            let oneTime = try fields.optional("one_time_keyboard", \.bool) ?? false
            for ignored in ["resize_keyboard", "is_persistent"] { fields.skip(ignored) }
            let labels = rows.map { ($0.array ?? []).compactMap { $0.string ?? $0["text"]?.string } }
            guard labels.contains(where: { !$0.isEmpty }) else { throw .badRequest("can't parse keyboard button") }
            prompt = .keyboard(rows: labels, placeholder: placeholder, oneTime: oneTime)
        } else {
            throw .badRequest("object expected as reply markup")
        }
        try fields.finish()
    }

    private static func button(_ value: JSON) throws(World.Refusal) -> World.Button {
        var fields = try Fields(value, of: "InlineKeyboardButton")
        let text = try fields.required("text", \.string)
        guard !text.isEmpty else { throw .badRequest("can't parse inline keyboard button: Text must be non-empty") }
        let style = try fields.optional("style", \.string)
        guard style.map({ ["danger", "success", "primary"].contains($0) }) ?? true else {
            throw .badRequest("invalid button style specified")
        }
        fields.skip("icon_custom_emoji_id")
        var actions: [World.Button.Action] = []
        if let data = try fields.optional("callback_data", \.string) {
            guard (1...64).contains(data.utf8.count) else { throw .badRequest("BUTTON_DATA_INVALID") }
            actions.append(.callback(data))
        }
        if let url = try fields.optional("url", \.string) {
            guard ["http", "https", "tg"].contains(URL(string: url)?.scheme?.lowercased() ?? "https") else {
                throw .badRequest("inline keyboard button URL '\(url)' is invalid: Unsupported URL protocol")
            }
            actions.append(.url(url))
        }
        if let copy = try fields.optional("copy_text", \.object) {
            guard let copied = copy["text"]?.string, (1...256).contains(copied.utf16.count) else { throw .badRequest("COPY_TEXT_INVALID") }
            actions.append(.copy(copied))
        }
        if let app = try fields.optional("web_app", \.object) {
            guard let url = app["url"]?.string, url.hasPrefix("https://") else { throw .badRequest("BUTTON_URL_INVALID") }
            actions.append(.webApp(url))
        }
        for field in ["switch_inline_query", "switch_inline_query_current_chat"] where try fields.optional(field, \.string) != nil {
            actions.append(.other(field))
        }
        try fields.finish()
        guard let action = actions.first else {
            throw .badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        }
        guard actions.count == 1 else { throw .badRequest("can't parse inline keyboard button: exactly one action is allowed") }
        return World.Button(text: text, action: action, style: style)
    }
}

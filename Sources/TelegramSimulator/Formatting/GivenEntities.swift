extension FormattedText {
    static let given: Set<String> = [
        "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link",
        "text_mention", "custom_emoji", "date_time",
    ]
    /// Found by Telegram itself; harmless where given.
    static let detected: Set<String> = ["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"]

    /// Text with the `entities` of a request.
    ///
    /// - Throws: 400 in the words of TDLib's `fix_entities`.
    init(_ text: String, given list: [JSON]) throws(World.Refusal) {
        self.init(text)
        for value in list {
            var fields = try Fields(value, of: "MessageEntity")
            let kind = try fields.required("type", \.string)
            let offset = Int(clamping: try fields.required("offset", \.integer))
            let length = Int(clamping: try fields.required("length", \.integer))
            let url = try fields.optional("url", \.string)
            let language = try fields.optional("language", \.string)
            let user = try fields.optional("user", \.object)?["id"]?.integer
            for ignored in ["custom_emoji_id", "unix_time", "date_time_format"] { fields.skip(ignored) }
            try fields.finish()
            guard Self.given.contains(kind) || Self.detected.contains(kind) else {
                throw .badRequest("can't parse MessageEntity: unsupported type specified")
            }
            guard offset >= 0, offset <= 1_000_000 else { throw .badRequest("receive an entity with incorrect offset \(offset)") }
            guard length >= 0, length <= 1_000_000 else { throw .badRequest("receive an entity with incorrect length \(length)") }
            guard length > 0 else { continue }
            try check(offset, offset + length)
            if kind == "text_link", url?.isEmpty ?? true { throw .badRequest("can't parse MessageEntity: field \"url\" must be specified") }
            guard Self.given.contains(kind) else { continue }
            entities.append(World.Entity(kind, offset: offset, length: length, url: url, language: language, user: user))
        }
        entities = FormattedText.ordered(entities)
    }

    private func check(_ begin: Int, _ end: Int) throws(World.Refusal) {
        guard begin < units.count, end <= units.count else {
            throw .badRequest("entity beginning at UTF-16 offset \(begin) ends after the end of the text at UTF-16 offset \(end)")
        }
        if splitsPair(begin) {
            throw .badRequest("entity begins in a middle of a UTF-16 symbol at byte offset \(bytes(before: begin))")
        }
        if splitsPair(end) {
            throw .badRequest(
                "entity beginning at UTF-16 offset \(begin) ends in a middle of a UTF-16 symbol at byte offset \(bytes(before: end))")
        }
    }

    private func splitsPair(_ index: Int) -> Bool { index > 0 && index < units.count && (0xDC00...0xDFFF).contains(units[index]) }

    private func bytes(before index: Int) -> Int { String(decoding: units[..<(index - 1)], as: UTF16.self).utf8.count }
}

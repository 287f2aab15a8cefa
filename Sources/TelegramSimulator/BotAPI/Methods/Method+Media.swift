extension Method {
    private static let captioned: [Parameter] =
        sending + [.optional("caption", .string), .optional("parse_mode", .string), .optional("caption_entities", .array)]

    static let media: [Method] = [
        Method(
            "sendDocument", captioned + [.required("document", .file), .optional("disable_content_type_detection", .boolean)],
            pace: .message
        ) { arguments, bot, world throws(World.Refusal) in
            var posting = try world.captioned(arguments, by: bot)
            let file = try world.file("document", arguments, for: bot, folder: "documents", limit: 50_000_000)
            posting.attachment = World.Attachment(
                kind: .document, file: file.id, name: file.name, mimeType: file.mimeType, width: 0, height: 0)
            return world.json(world.post(posting), for: bot)
        },
        Method("sendPhoto", captioned + [.required("photo", .file), .optional("has_spoiler", .boolean)], pace: .message) {
            arguments, bot, world throws(World.Refusal) in
            var posting = try world.captioned(arguments, by: bot)
            posting.attachment = try world.photo("photo", arguments, for: bot)
            return world.json(world.post(posting), for: bot)
        },
        Method(
            "editMessageMedia",
            [
                .required("chat_id", .chat), .required("message_id", .integer), .required("media", .media),
                .optional("reply_markup", .object),
            ], pace: .edit
        ) { arguments, bot, world throws(World.Refusal) in
            let message = try world.editable(arguments, by: bot)
            return try world.editMedia(of: message, arguments, by: bot)
        },
        Method("getFile", [.required("file_id", .string)]) { arguments, bot, world throws(World.Refusal) in
            let id = arguments.string("file_id") ?? ""
            guard let file = world.file(id: id, of: bot) else { throw .badRequest("invalid file_id") }
            guard file.bytes.count <= 20_000_000 else { throw .badRequest("file is too big") }
            return [
                "file_id": .string(id), "file_unique_id": .string("U\(file.id)"), "file_size": .integer(Int64(file.bytes.count)),
                "file_path": .string(file.path),
            ]
        },
    ]
}

extension World {
    func captioned(_ arguments: Arguments, by bot: Bot.ID) throws(Refusal) -> Posting {
        var posting = try posting(arguments, by: bot)
        let caption = try formatted(arguments.string("caption") ?? "", arguments, entities: "caption_entities")
        guard caption.length <= 1024 else { throw .badRequest("message caption is too long") }
        (posting.text, posting.entities) = (caption.text, caption.entities)
        return posting
    }

    mutating func photo(_ parameter: String, _ arguments: Arguments, for bot: Bot.ID, given: String? = nil) throws(Refusal) -> Attachment {
        let file = try file(parameter, arguments, for: bot, folder: "photos", limit: 10_000_000, given: given)
        guard let image = ImageHeader(file.bytes) else { throw .badRequest("IMAGE_PROCESS_FAILED") }
        guard image.width + image.height <= 10_000, max(image.width, image.height) <= 20 * min(image.width, image.height) else {
            throw .badRequest("PHOTO_INVALID_DIMENSIONS")
        }
        return Attachment(
            kind: .photo, file: file.id, name: file.name, mimeType: image.mimeType, width: image.width, height: image.height)
    }

    /// Replaces file, caption and keyboard; a call without `reply_markup` removes the keyboard.
    mutating func editMedia(of message: Message, _ arguments: Arguments, by bot: Bot.ID) throws(Refusal) -> JSON {
        var fields = try Fields(arguments["media"] ?? .null, of: "InputMedia")
        let (kind, media) = (try fields.required("type", \.string), try fields.required("media", \.string))
        let (text, mode) = (try fields.optional("caption", \.string), try fields.optional("parse_mode", \.string))
        let entities = try fields.optional("caption_entities", { $0.array == nil ? nil : $0 })
        for ignored in ["show_caption_above_media", "has_spoiler", "disable_content_type_detection"] { fields.skip(ignored) }
        try fields.finish()
        let given: [String: JSON?] = ["caption_entities": entities, "parse_mode": mode.map { .string($0) }]
        let caption = try formatted(text ?? "", arguments.with(given), entities: "caption_entities")
        guard caption.length <= 1024 else { throw .badRequest("MEDIA_CAPTION_TOO_LONG") }
        let keyboard = try ReplyMarkup(arguments["reply_markup"], allowsPrompt: false).keyboard
        let attachment: Attachment
        switch kind {
        case "photo": attachment = try photo("media", arguments, for: bot, given: media)
        case "document":
            let file = try file("media", arguments, for: bot, folder: "documents", limit: 50_000_000, given: media)
            attachment = Attachment(kind: .document, file: file.id, name: file.name, mimeType: file.mimeType, width: 0, height: 0)
        default: throw .badRequest("type \"\(kind)\" of InputMedia is not simulated")
        }
        guard
            attachment != message.attachment || caption.text != message.text || caption.entities != message.entities
                || keyboard != message.keyboard
        else { throw Method.unchanged }
        let revised = revise(message.id, in: message.chat) {
            ($0.text, $0.entities, $0.keyboard, $0.attachment) = (caption.text, caption.entities, keyboard, attachment)
        }
        return json(revised ?? message, for: bot)
    }

    /// The file that a parameter gives: uploaded under its own name or as `attach://<part>`, or known by its id.
    mutating func file(
        _ parameter: String, _ arguments: Arguments, for bot: Bot.ID, folder: String, limit: Int, given: String? = nil
    ) throws(Refusal) -> StoredFile {
        var upload = arguments.uploads[parameter]
        if let text = given ?? arguments.string(parameter) {
            if text.hasPrefix("attach://") {
                upload = arguments.uploads[String(text.dropFirst(9))]
            } else if let known = file(id: text, of: bot) {
                return known
            } else {
                throw .badRequest("wrong file identifier/HTTP URL specified")
            }
        }
        guard let upload else { throw .badRequest("there is no \(parameter) in the request") }
        guard !upload.bytes.isEmpty else { throw .badRequest("file must be non-empty") }
        guard upload.bytes.count <= limit else { throw Refusal(code: 413, description: "Request Entity Too Large") }
        return store(name: upload.fileName, mimeType: upload.mimeType, bytes: upload.bytes, folder: folder)
    }

    func file(id: String, of bot: Bot.ID) -> StoredFile? {
        files.values.first { fileID($0.id, for: bot) == id }
    }
}

/// Kind and size of a picture, from its first bytes.
struct ImageHeader {
    let width: Int
    let height: Int
    let mimeType: String

    init?(_ bytes: [UInt8]) {
        func big(_ index: Int, _ count: Int) -> Int { bytes[index..<(index + count)].reduce(0) { $0 << 8 | Int($1) } }
        if bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            (width, height, mimeType) = (big(16, 4), big(20, 4), "image/png")
        } else if bytes.starts(with: [0xFF, 0xD8]) {
            var index = 2
            while index + 9 < bytes.count, bytes[index] == 0xFF, !(0xC0...0xC2).contains(bytes[index + 1]) {
                index += 2 + big(index + 2, 2)
            }
            guard index + 9 < bytes.count, bytes[index] == 0xFF else { return nil }
            (width, height, mimeType) = (big(index + 7, 2), big(index + 5, 2), "image/jpeg")
        } else {
            return nil
        }
        guard width > 0, height > 0 else { return nil }
    }
}

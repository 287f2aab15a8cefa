import Foundation

extension BotAPIClient {
    /// Uploads a file of at most 50 MB. `caption` has at most 1024 UTF-16 units. Not repeatable.
    @discardableResult
    package func sendDocument(
        _ file: OutgoingFile, caption: MessageText = "", to destination: Destination, options: SendOptions = SendOptions()
    ) async throws -> Message {
        try file.require(atMost: OutgoingFile.documentLimit)
        return try await upload("sendDocument", "document", file, caption, destination, options)
    }

    /// Uploads a picture of at most 10 MB, whose width and height add up to 10 000 at most. Not repeatable.
    @discardableResult
    package func sendPhoto(
        _ file: OutgoingFile, caption: MessageText = "", to destination: Destination, options: SendOptions = SendOptions()
    ) async throws -> Message {
        try file.require(atMost: OutgoingFile.photoLimit)
        return try await upload("sendPhoto", "photo", file, caption, destination, options)
    }

    /// Puts another picture into the place of a message's, with its caption and keyboard; without `keyboard` the message loses the one it
    /// had. A repetition does no harm.
    ///
    /// - Returns: `false` where it already was like that.
    @discardableResult
    package func editMedia(
        of message: MessageAddress, photo file: OutgoingFile, caption: MessageText = "", keyboard: InlineKeyboard? = nil
    ) async throws -> Bool {
        try file.require(atMost: OutgoingFile.photoLimit)
        var call = MethodCall("editMessageMedia", isRepeatable: true)
        call.set(message)
        let caption = caption.normalized()
        let entities = caption.entities.prefix(MessageText.entityLimit).map(\.json)
        call.set(
            "media",
            .object([
                "type": .string("photo"), "media": .string("attach://picture"), "caption": caption.isEmpty ? nil : .string(caption.text),
                "caption_entities": entities.isEmpty ? nil : .array(entities),
            ]))
        call.set("reply_markup", keyboard?.json)
        call.attach("picture", file: file)
        return try await edit(call)
    }

    /// Replaces the text below a file, and the keyboard; `false` where it already was like that.
    @discardableResult
    package func editCaption(of message: MessageAddress, to caption: MessageText, keyboard: InlineKeyboard? = nil) async throws -> Bool {
        var call = MethodCall("editMessageCaption", isRepeatable: true)
        call.set(message)
        let caption = caption.normalized()
        if !caption.isEmpty { call.set(caption, as: "caption", entities: "caption_entities") }
        call.set("reply_markup", keyboard?.json)
        return try await edit(call)
    }

    private func upload(
        _ method: String, _ parameter: String, _ file: OutgoingFile, _ caption: MessageText, _ destination: Destination,
        _ options: SendOptions
    ) async throws -> Message {
        var call = MethodCall(method, isRepeatable: false)
        call.set(destination)
        let caption = caption.normalized()
        if !caption.isEmpty { call.set(caption, as: "caption", entities: "caption_entities") }
        call.set(options)
        call.attach(parameter, file: file)
        return try await self.call(call)
    }

    /// Where a file lies; good for an hour at least. At most 20 MB, else ``BotAPIError/tooLarge(_:)``.
    package func file(_ id: String) async throws -> FileReference {
        var call = MethodCall("getFile", isRepeatable: true)
        call.set("file_id", id)
        return try await self.call(call)
    }
}

/// What `getFile` tells. Keep name and type from the message: they may be missing here.
package struct FileReference: Decodable, Sendable, Equatable {
    package let id: String
    /// In bytes.
    package let size: Int64?
    package let path: String?

    package init(id: String, size: Int64? = nil, path: String? = nil) { (self.id, self.size, self.path) = (id, size, path) }

    private enum CodingKeys: String, CodingKey {
        case id = "file_id"
        case size = "file_size"
        case path = "file_path"
    }
}

extension OutgoingFile {
    /// Bytes of a document (Bot API, "Sending files").
    package static let documentLimit = 50_000_000
    /// Bytes of a picture.
    package static let photoLimit = 10_000_000

    /// - Throws: ``BotAPIError/tooLarge(_:)`` before a byte of it is sent.
    fileprivate func require(atMost limit: Int) throws(BotAPIError) {
        guard contents.count <= limit else { throw .tooLarge("the file has \(contents.count) bytes, more than \(limit)") }
    }
}

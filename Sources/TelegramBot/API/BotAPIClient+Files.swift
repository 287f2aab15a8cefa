import Foundation

extension BotAPIClient {
    /// Uploads a file of at most 50 MB. `caption` has at most 1024 UTF-16 units. Not repeatable.
    @discardableResult
    package func sendDocument(
        _ file: OutgoingFile, caption: MessageText = "", to destination: Destination, options: SendOptions = SendOptions()
    ) async throws -> Message {
        try await upload("sendDocument", "document", file, caption, destination, options)
    }

    /// Uploads a picture of at most 10 MB, whose width and height add up to 10 000 at most. Not repeatable.
    @discardableResult
    package func sendPhoto(
        _ file: OutgoingFile, caption: MessageText = "", to destination: Destination, options: SendOptions = SendOptions()
    ) async throws -> Message {
        try await upload("sendPhoto", "photo", file, caption, destination, options)
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

/// A file that came with a message.
package struct Document: Decodable, Sendable, Equatable {
    package let fileID: String
    package let name: String?
    package let mimeType: String?
    /// In bytes.
    package let size: Int64?

    package init(fileID: String, name: String? = nil, mimeType: String? = nil, size: Int64? = nil) {
        (self.fileID, self.name, self.mimeType, self.size) = (fileID, name, mimeType, size)
    }

    private enum Key: String, CodingKey {
        case fileID = "file_id"
        case name = "file_name"
        case mimeType = "mime_type"
        case size = "file_size"
    }

    package init(from decoder: any Decoder) throws {
        let document = try decoder.container(keyedBy: Key.self)
        self.init(
            fileID: try document.decode(String.self, forKey: .fileID), name: document.lenient(String.self, .name),
            mimeType: document.lenient(String.self, .mimeType), size: document.lenient(Int64.self, .size))
    }
}

/// One size of a photo, in pixels.
package struct PhotoSize: Decodable, Sendable, Equatable {
    package let fileID: String
    package let width: Int
    package let height: Int
    /// In bytes.
    package let size: Int64?

    package init(fileID: String, width: Int, height: Int, size: Int64? = nil) {
        (self.fileID, self.width, self.height, self.size) = (fileID, width, height, size)
    }

    private enum CodingKeys: String, CodingKey {
        case fileID = "file_id"
        case width, height
        case size = "file_size"
    }
}

import HubCore

/// Messages of a transfer from one server to another (agent protocol, section 6.6).

/// `file_offer`, hub → receiver.
package struct FileOffer: Hashable, Sendable {
    package var transfer: String
    /// A bare name.
    package var filename: String
    package var size: Int64
    package var sha256: String
    package var senderSession: String

    package init(transfer: String, filename: String, size: Int64, sha256: String, senderSession: String) {
        (self.transfer, self.filename, self.size) = (transfer, filename, size)
        (self.sha256, self.senderSession) = (sha256, senderSession)
    }

    init(_ fields: Fields) throws(WireFault) {
        transfer = try fields.sessionName("transfer_id")
        filename = try fields.requiredString("filename")
        size = try fields.count("file_size") ?? 0
        sha256 = try fields.string("sha256") ?? ""
        senderSession = try fields.string("sender_session") ?? ""
    }

    var members: [JSONValue.Member] {
        [
            .init("transfer_id", .string(transfer)), .init("filename", .typed(filename)), .init("file_size", JSONValue(size)),
            .init("sha256", .string(sha256)), .init("sender_session", .typed(senderSession)),
        ]
    }
}

/// `file_chunk`, sender → hub → receiver: at most 65 536 bytes.
package struct FileChunk: Hashable, Sendable {
    package static let maximumBytes = 65_536

    package var transfer: String
    /// From 0.
    package var index: Int64
    package var bytes: [UInt8]
    package var total: Int64

    package init(transfer: String, index: Int64, bytes: [UInt8], total: Int64) {
        (self.transfer, self.index, self.bytes, self.total) = (transfer, index, bytes, total)
    }

    init(_ fields: Fields) throws(WireFault) {
        transfer = try fields.sessionName("transfer_id")
        guard let index = try fields.count("index"), let total = try fields.count("total_chunks") else {
            throw WireFault("index and total_chunks are needed")
        }
        (self.index, self.total) = (index, total)
        bytes = try fields.bytes("data")
        // A peer that sends more is not one of those that speak this protocol; the relay's frames stay under the receiver's limit.
        guard bytes.count <= Self.maximumBytes else { throw WireFault("data has more than \(Self.maximumBytes) bytes") }
    }

    var members: [JSONValue.Member] {
        [
            .init("transfer_id", .string(transfer)), .init("index", JSONValue(index)), .init("data", .base64(bytes)),
            .init("total_chunks", JSONValue(total)),
        ]
    }
}

/// `file_complete`, sender → hub → receiver.
package struct FileComplete: Hashable, Sendable {
    package var transfer: String
    package var total: Int64
    package var sha256: String

    package init(transfer: String, total: Int64, sha256: String) {
        (self.transfer, self.total, self.sha256) = (transfer, total, sha256)
    }

    init(_ fields: Fields) throws(WireFault) {
        transfer = try fields.sessionName("transfer_id")
        total = try fields.count("total_chunks") ?? 0
        sha256 = try fields.text("sha256", limit: 128) ?? ""
    }

    var members: [JSONValue.Member] {
        [.init("transfer_id", .string(transfer)), .init("total_chunks", JSONValue(total)), .init("sha256", .string(sha256))]
    }
}

import HubCore

/// The body of `POST …/files/{id}/ack` (agent protocol, section 3.6).
package struct FileAcknowledgement: Sendable {
    package var isStored: Bool
    package var path: String?
    package var error: String?

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        guard let success = try fields.bool("success") else { throw .missing("success") }
        isStored = success
        path = try fields.string("path").map { String($0.prefix(4096)) }
        error = try fields.string("error").map { String($0.prefix(4096)) }
    }
}

/// The body of `POST …/files/pulls/{id}/fail` (section 3.9).
package struct PullFailure: Sendable {
    package var error: String

    package init(json: JSONValue) throws(WireFault) {
        error = String((try Fields(json).string("error") ?? "").prefix(4096))
    }
}

/// A person's wish for a file: `{"path"}`, and where by `server` or `task`.
package struct FileRequest: Sendable {
    package var path: String
    package var server: String?
    package var task: TaskName?

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        path = try fields.requiredString("path")
        server = try fields.string("server")
        guard let task = fields.value("task") else { return }
        self.task = try TaskName(json: task, named: "task")
    }
}

/// The body of `POST …/remote/file-transfer` (section 4).
package struct TransferOrder: Sendable {
    package var target: String
    package var filename: String
    package var path: String
    package var size: Int
    package var sha256: String

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        target = try fields.requiredString("target_session")
        filename = try fields.requiredString("filename")
        path = try fields.requiredString("file_path")
        guard let size = try fields.int("file_size") else { throw .missing("file_size") }
        self.size = size
        sha256 = try fields.requiredString("sha256")
    }
}

/// A transfer as it is sent (section 4): the installed command line needs every number.
package struct TransferObject: Sendable {
    package var transfer: FileTransfer

    package init(_ transfer: FileTransfer) {
        self.transfer = transfer
    }

    package var json: JSONValue {
        [
            "transfer_id": JSONValue(transfer.id), "status": .string(transfer.state.rawValue),
            "chunks_relayed": JSONValue(transfer.chunksRelayed), "total_chunks": JSONValue(transfer.totalChunks),
            "error": JSONValue(transfer.failure), "filename": .string(transfer.filename), "file_size": JSONValue(transfer.size),
            "sha256": .string(transfer.sha256), "target_session": .string(transfer.targetName),
            "created_at": JSONValue(transfer.createdAt), "completed_at": JSONValue(transfer.endedAt),
        ]
    }
}

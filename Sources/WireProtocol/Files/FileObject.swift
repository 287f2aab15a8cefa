import HubCore

/// A file as people's scripts see it.
package struct FileObject: Sendable {
    package var file: HubFile
    package var serverName: String
    package var taskNumber: Int?

    package init(_ file: HubFile, serverName: String, taskNumber: Int?) {
        (self.file, self.serverName, self.taskNumber) = (file, serverName, taskNumber)
    }

    package var json: JSONValue {
        [
            "id": JSONValue(file.id), "project_id": JSONValue(file.project), "server_id": JSONValue(file.server),
            "server": .string(serverName), "task_id": JSONValue(file.task), "task_number": JSONValue(taskNumber),
            "name": .string(file.name), "path": JSONValue(file.path), "size": JSONValue(file.size), "sha256": JSONValue(file.sha256),
            "status": .string(file.state.rawValue), "error": JSONValue(file.failure), "is_kept": JSONValue(file.content != nil),
            "created_by": .string(file.createdBy.name), "created_at": JSONValue(file.createdAt), "ended_at": JSONValue(file.endedAt),
        ]
    }
}

extension HubFile {
    /// What a daemon finds in `files/pending` (agent protocol, section 3.5).
    package var offerJSON: JSONValue {
        [
            "upload_id": JSONValue(id), "download_url": .string("/api/v1/server/files/\(id)/content"), "filename": .string(name),
            "sha256": JSONValue(sha256), "size": JSONValue(size),
        ]
    }

    /// What a daemon finds in `files/pulls/pending` (section 3.7).
    package var requestJSON: JSONValue {
        ["download_id": JSONValue(id), "path": .string(path ?? "")]
    }
}

import Foundation
import HubCore

/// What the daemon remembers of a session outside of its terminal, so that after a restart it is taken up again, or reported as
/// ended. Holds no key.
struct SessionRecord: Hashable, Sendable {
    var session: String
    /// Empty without tmux.
    var tmuxName: String
    var workingDirectory: String
    var portBase: Int?
    var worktree: String?
    /// Whether it runs an agent's command and not just a shell.
    var hasCommand: Bool

    init(
        session: String, tmuxName: String, workingDirectory: String, portBase: Int? = nil, worktree: String? = nil, hasCommand: Bool = false
    ) {
        (self.session, self.tmuxName, self.workingDirectory) = (session, tmuxName, workingDirectory)
        (self.portBase, self.worktree, self.hasCommand) = (portBase, worktree, hasCommand)
    }

    init?(json: JSONValue) {
        guard let session = json["session"]?.string else { return nil }
        self.init(
            session: session, tmuxName: json["tmux_name"]?.string ?? "", workingDirectory: json["working_directory"]?.string ?? "/",
            portBase: json["port_base"]?.int, worktree: json["worktree"]?.string, hasCommand: json["has_command"]?.bool ?? false)
    }

    var json: JSONValue {
        [
            "session": .string(session), "tmux_name": .string(tmuxName), "working_directory": .string(workingDirectory),
            "port_base": JSONValue(portBase), "worktree": JSONValue(worktree), "has_command": JSONValue(hasCommand),
        ]
    }
}

/// The records of a daemon's sessions, a file each.
struct SessionRecords: Sendable {
    let directory: String

    private func path(_ session: String) -> String { "\(directory)/\(TextFingerprint.of(session)).json" }

    func save(_ record: SessionRecord) async throws {
        try await Disk.perform { try PrivateFile.write(record.json.bytes, to: path(record.session)) }
    }

    /// Puts what a program reads at its start into a file that only its user reads, and that goes with the session's record.
    ///
    /// - Returns: the file's path.
    func savePrompt(_ text: String, of session: String) async throws -> String {
        let path = promptPath(session)
        try await Disk.perform { try PrivateFile.write(Array(text.utf8), to: path) }
        return path
    }

    private func promptPath(_ session: String) -> String { "\(directory)/\(TextFingerprint.of(session)).prompt.md" }

    func remove(_ session: String) async {
        _ = try? await Disk.perform {
            // Gone already, or never there.
            unlink(promptPath(session))
            unlink(path(session))
        }
    }

    func all() async -> [SessionRecord] {
        let directory = self.directory
        let records = try? await Disk.perform {
            try FileManager.default.contentsOfDirectory(atPath: directory).sorted().compactMap { name -> SessionRecord? in
                guard name.hasSuffix(".json"), let bytes = PrivateFile.read("\(directory)/\(name)"),
                    let json = try? JSONValue(parsing: bytes)
                else { return nil }
                return SessionRecord(json: json)
            }
        }
        return records ?? []
    }
}

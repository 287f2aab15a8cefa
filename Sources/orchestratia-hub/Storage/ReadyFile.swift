import Foundation
import HubCore

/// What a script learns from `--ready-file` once the hub serves.
struct ReadyFile: Sendable {
    struct Bot: Sendable {
        var id: String
        /// `nil` if the bot's first `getMe` failed or took too long.
        var username: String?
    }

    var url: String
    var pairingCode: String?
    var bots: [Bot]

    /// Writes the file whole or not at all, readable for this user only.
    ///
    /// - Throws: ``ConfigurationError``
    func write(to path: String) throws {
        let document: JSONValue = [
            "pid": JSONValue(Int(getpid())), "url": .string(url), "version": .string(Program.version),
            "pairing_code": JSONValue(pairingCode),
            "bots": .array(bots.map { ["id": .number($0.id), "username": JSONValue($0.username)] }),
        ]
        let temporary = path + ".\(getpid())"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ConfigurationError("the ready file \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data((document.text + "\n").utf8))
        try file.close()
        guard rename(temporary, path) == 0 else {
            throw ConfigurationError("the ready file \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}

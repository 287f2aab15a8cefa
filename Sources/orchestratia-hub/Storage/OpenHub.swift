import Cryptography
import Foundation
import HubService
import HubStore
import Logging
import SQLiteDatabase

/// A hub over its database, with the lock that makes it the only one.
struct OpenHub: Sendable {
    let hub: Hub
    let database: SQLiteDatabase
    let lock: DatabaseLock
    /// A master key was made just now: somebody should back it up.
    let isNewKey: Bool

    /// Opens the database of a configuration, making folder, file and master key where they are missing.
    ///
    /// - Throws: ``ConfigurationError``, ``DatabaseLock/Taken``, ``SQLFault``
    init(_ configuration: HubConfiguration, log: Logger) async throws {
        let folder = configuration.folder
        if !FileManager.default.fileExists(atPath: folder) {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw ConfigurationError(
                    "the folder \(folder) cannot be made: choose another --database, or make it and give it to this user")
            }
        }
        lock = try DatabaseLock(database: configuration.database)
        let key: [UInt8]
        (key, isNewKey) = try MasterKey.load(configuration)
        // The umask keeps the database from other users whatever the shell's was; WAL and shared memory take the file's mode.
        let mask = umask(0o077)
        defer { umask(mask) }
        database = try SQLiteDatabase(path: configuration.database)
        hub = Hub(database: database, vault: try Vault(masterKey: key), log: log, spending: configuration.spending)
        try await hub.prepare()
    }
}

/// The 32 bytes under which secrets are kept at rest.
enum MasterKey {
    /// - Returns: the key, and whether it was made just now.
    /// - Throws: ``ConfigurationError``, also where a database is there and its key is not.
    static func load(_ configuration: HubConfiguration) throws(ConfigurationError) -> ([UInt8], isNew: Bool) {
        let advice = "it must be 32 bytes in base64, as `openssl rand -base64 32` prints"
        if case .key(let secret) = configuration.masterKey {
            guard let key = Base64.standard.decode(secret.revealed), key.count == 32 else {
                throw ConfigurationError("ORCHESTRATIA_MASTER_KEY is not valid: \(advice)")
            }
            return (key, false)
        }
        guard let path = configuration.masterKeyFile else { throw ConfigurationError("no master key is configured") }
        if let text = try? String(contentsOfFile: path, encoding: .utf8) {
            guard let key = Base64.standard.decode(text.trimmingCharacters(in: .whitespacesAndNewlines)), key.count == 32 else {
                throw ConfigurationError("the master key in \(path) is not valid: \(advice)")
            }
            return (key, false)
        }
        guard case .besideDatabase = configuration.masterKey, !FileManager.default.fileExists(atPath: path) else {
            throw ConfigurationError("the master key file \(path) cannot be read")
        }
        try refuseToReplace(path, of: configuration.database)
        let key = SecureRandom.bytes(32)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ConfigurationError("the master key file \(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data((Base64.standard.encode(key) + "\n").utf8))
            try file.synchronize()
        } catch {
            throw ConfigurationError("the master key file \(path) cannot be written: \(error.localizedDescription)")
        }
        return (key, true)
    }

    /// A database is only ever written after its key: one without is one whose key went elsewhere, and another would open nothing of it.
    private static func refuseToReplace(_ path: String, of database: String) throws(ConfigurationError) {
        let size = (try? FileManager.default.attributesOfItem(atPath: database)[.size] as? NSNumber)?.intValue ?? 0
        guard size > 0 else { return }
        var sentence =
            "the database \(database) is there, and its master key \(path) is not: with a new one, nothing that is sealed in it could be "
            + "read. Put the key back from your backup, or set ORCHESTRATIA_MASTER_KEY or ORCHESTRATIA_MASTER_KEY_FILE"
        if FileManager.default.fileExists(atPath: Self.strayPlace) {
            sentence += ". If this hub was started with a --database that named no folder, its key may be \(Self.strayPlace): move it there"
        }
        throw ConfigurationError(sentence)
    }

    /// Where earlier versions kept the key of a database that was named without a folder.
    private static let strayPlace = "/master.key"
}

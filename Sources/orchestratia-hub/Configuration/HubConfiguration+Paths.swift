import Foundation

extension HubConfiguration {
    /// The folder of the database, where all lies that belongs to it.
    var folder: String { (database as NSString).deletingLastPathComponent }

    /// `nil`: the key itself is configured.
    var masterKeyFile: String? {
        switch masterKey {
        case .key: nil
        case .file(let path): path
        case .besideDatabase: (folder as NSString).appendingPathComponent("master.key")
        }
    }

    /// Where terminals are recorded.
    var recordings: String { (folder as NSString).appendingPathComponent("recordings") }

    /// The same with all paths from the root on. Relative ones are taken from the working directory, wherever they were set: what lies
    /// beside the database would have no folder otherwise, and `config` shows where each path leads.
    ///
    /// - Throws: ``ConfigurationError`` for a relative path where there is no working directory any more.
    func withAbsolutePaths() throws(ConfigurationError) -> HubConfiguration {
        var result = self
        result.database = try Self.absolute(database)
        if case .file(let path) = masterKey { result.masterKey = .file(try Self.absolute(path)) }
        let others: [WritableKeyPath<HubConfiguration, String?>] = [
            \.commands, \.programs, \.agents, \.tlsCertificate, \.tlsKey, \.readyFile,
        ]
        for member in others {
            if let path = result[keyPath: member] { result[keyPath: member] = try Self.absolute(path) }
        }
        return result
    }

    /// `..` is left to the system: behind a symbolic link it leads elsewhere than the text says.
    private static func absolute(_ path: String) throws(ConfigurationError) -> String {
        guard !path.hasPrefix("/") else { return path }
        let folder = FileManager.default.currentDirectoryPath
        guard folder.hasPrefix("/") else {
            throw ConfigurationError("\(path) lies in a working directory that is gone: change to another, or give the path from / on")
        }
        let parts = path.split(separator: "/").filter { $0 != "." }
        return ((folder == "/" ? [""] : [folder[...]]) + parts).joined(separator: "/")
    }
}

import Cryptography
import Foundation
import Yams

/// What the daemon is told by its file and its environment. `docs/agent.md` has the keys.
package struct AgentConfiguration: Sendable {
    /// Without a slash at the end.
    package var hub: String
    package var apiKey: Secret?
    package var registrationToken: Secret?
    package var serverName: String
    package var repositories: [String: Repository]
    package var insecureTLS: Bool
    package var slots: Int?
    package var tags: [String]
    package var environments: [String]
    package var sessions: SessionSettings
    package var worktrees: WorktreeSettings
    package var ports: PortSettings
    /// Records, reports, caches; one directory for each configuration.
    package var stateDirectory: String
    package var home: String

    package struct Repository: Hashable, Sendable {
        package var path: String
        package var branch: String?

        package init(path: String, branch: String? = nil) { (self.path, self.branch) = (path, branch) }
    }

    package struct SessionSettings: Sendable {
        /// `nil`: the user's login shell.
        package var shell: String?
        package var usesTmux = true
        /// Most sessions at a time.
        package var maximum = 256
        /// No session starts with less memory available, in MiB.
        package var minimumFree = 256
        /// What a session that was just started may still take, in MiB.
        package var reserve = 32
        /// Output kept of each session to be sent again, in bytes.
        package var replayBytes = 1 << 20
        /// From the hang-up to SIGKILL.
        package var grace: Duration = .seconds(2)
    }

    package struct WorktreeSettings: Sendable {
        package var directory: String
        package var maximum = 20
    }

    package struct PortSettings: Sendable {
        package var first = 21_000
        package var size = 10
        package var count = 300
    }

    /// - Throws: ``ConfigurationFile/Invalid``
    package init(_ file: ConfigurationFile, environment: [String: String], home: String) throws(ConfigurationFile.Invalid) {
        hub = Self.withoutSlashes(file.string("hub_url") ?? environment["ORCHESTRATIA_HUB_URL"] ?? "")
        apiKey = file.string("api_key").map { Secret($0) }
        registrationToken = file.string("registration_token").map { Secret($0) }
        serverName = file.string("server_name") ?? ProcessInfo.processInfo.hostName
        self.home = home
        let switched = ["1", "true", "yes", "on"].contains(environment["ORCHESTRATIA_INSECURE_TLS"]?.lowercased() ?? "")
        insecureTLS = switched || (file["insecure_tls"]?.bool ?? false)
        repositories = try Self.repositories(file, home)
        let root = Reader(file.path, "", file["agent"])
        slots = try root.int("slots", in: 0...1024)
        tags = try root.strings("tags")
        environments = try root.strings("environments")
        let fingerprint = TextFingerprint.of((file.path as NSString).standardizingPath)
        stateDirectory = try root.path("state_directory", home) ?? "\(home)/.orchestratia/state/\(fingerprint)"
        sessions = try Self.sessions(Reader(file.path, "sessions.", file["sessions"]))
        let trees = Reader(file.path, "worktrees.", file["worktrees"])
        worktrees = WorktreeSettings(directory: try trees.path("directory", home) ?? "\(home)/.orchestratia/worktrees")
        worktrees.maximum = try trees.int("maximum", in: 1...10_000) ?? worktrees.maximum
        let ports = Reader(file.path, "ports.", file["ports"])
        self.ports = PortSettings()
        self.ports.first = try ports.int("first", in: 1024...65_000) ?? self.ports.first
        self.ports.size = try ports.int("size", in: 1...1000) ?? self.ports.size
        self.ports.count = try ports.int("count", in: 1...10_000) ?? self.ports.count
    }

    private static func sessions(_ reader: Reader) throws(ConfigurationFile.Invalid) -> SessionSettings {
        var settings = SessionSettings()
        settings.shell = try reader.string("shell")
        settings.usesTmux = try reader.bool("tmux") ?? settings.usesTmux
        settings.maximum = try reader.int("maximum", in: 1...10_000) ?? settings.maximum
        settings.minimumFree = try reader.int("minimum_free_mb", in: 0...1_000_000) ?? settings.minimumFree
        settings.reserve = try reader.int("reserve_mb", in: 0...1_000_000) ?? settings.reserve
        settings.replayBytes = (try reader.int("replay_kb", in: 64...65_536)).map { $0 << 10 } ?? settings.replayBytes
        settings.grace = (try reader.int("grace_seconds", in: 0...60)).map { .seconds($0) } ?? settings.grace
        return settings
    }

    private static func repositories(_ file: ConfigurationFile, _ home: String) throws(ConfigurationFile.Invalid) -> [String: Repository] {
        guard let node = file["repos"], node.null == nil else { return [:] }
        guard let mapping = node.mapping else { throw .init(description: "repos in \(file.path) must map names to paths") }
        var repositories: [String: Repository] = [:]
        for (key, value) in mapping {
            guard let name = key.string, let path = value.string ?? value.mapping?["path"]?.string else {
                throw .init(description: "each entry of repos in \(file.path) must be a path, or have a path")
            }
            repositories[name] = Repository(path: expanded(path, home), branch: value.mapping?["branch"]?.string)
        }
        return repositories
    }

    static func expanded(_ path: String, _ home: String) -> String {
        path == "~" ? home : path.hasPrefix("~/") ? home + path.dropFirst() : path
    }

    static func withoutSlashes(_ url: String) -> String {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }
}

/// Reads one part of the file; what is wrong is refused with its name.
private struct Reader {
    let file: String
    let prefix: String
    let mapping: Node.Mapping?

    init(_ file: String, _ prefix: String, _ node: Node?) {
        (self.file, self.prefix, mapping) = (file, prefix.isEmpty ? "agent." : prefix, node?.mapping)
    }

    private func value(_ name: String) -> Node? { mapping?[name].flatMap { $0.null == nil ? $0 : nil } }

    private func wrong(_ name: String, _ kind: String) -> ConfigurationFile.Invalid {
        .init(description: "\(prefix)\(name) in \(file) must be \(kind)")
    }

    func string(_ name: String) throws(ConfigurationFile.Invalid) -> String? {
        guard let node = value(name) else { return nil }
        guard let text = node.scalar?.string else { throw wrong(name, "a text") }
        return text
    }

    func path(_ name: String, _ home: String) throws(ConfigurationFile.Invalid) -> String? {
        try string(name).map { AgentConfiguration.expanded($0, home) }
    }

    func bool(_ name: String) throws(ConfigurationFile.Invalid) -> Bool? {
        guard let node = value(name) else { return nil }
        guard let flag = node.bool else { throw wrong(name, "true or false") }
        return flag
    }

    func int(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationFile.Invalid) -> Int? {
        guard let node = value(name) else { return nil }
        guard let number = node.int, range.contains(number) else {
            throw wrong(name, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func strings(_ name: String) throws(ConfigurationFile.Invalid) -> [String] {
        guard let node = value(name) else { return [] }
        guard let items = node.sequence else { throw wrong(name, "a list of texts") }
        var texts: [String] = []
        for item in items {
            guard let text = item.scalar?.string else { throw wrong(name, "a list of texts") }
            texts.append(text)
        }
        return texts
    }
}

import Foundation
import HubCore

/// Working trees that sessions get of the machine's repositories: each lent to one session at a time, limited in number, and never
/// taken away while there is work in one that is nowhere else.
package actor Worktrees {
    package enum Failure: Error, CustomStringConvertible {
        case unknownRepository(String)
        case badName(String)
        case full(maximum: Int)
        case inUse(branch: String, path: String)
        case git(String)

        package var description: String {
            switch self {
            case .unknownRepository(let name): "this machine has no repository \(name) (repos in its configuration)"
            case .badName(let name): "\(name) cannot be the name of a branch"
            case .full(let maximum):
                "there are \(maximum) worktrees already, and each is in use or holds unpushed work: see `orchestratia-agent worktrees`"
            case .inUse(let branch, let path): "the branch \(branch) is in use in \(path)"
            case .git(let why): "git: \(why)"
            }
        }
    }

    /// What is known of a worktree that was made here.
    package struct Tree: Hashable, Sendable {
        package var path: String
        package var repository: String
        package var branch: String
        /// `nil` once nobody uses it.
        package var session: String?

        init(path: String, repository: String, branch: String, session: String?) {
            (self.path, self.repository, self.branch, self.session) = (path, repository, branch, session)
        }

        init?(json: JSONValue) {
            guard let path = json["path"]?.string, let repository = json["repository"]?.string, let branch = json["branch"]?.string else {
                return nil
            }
            self.init(path: path, repository: repository, branch: branch, session: json["session"]?.string)
        }

        var json: JSONValue {
            [
                "path": .string(path), "repository": .string(repository), "branch": .string(branch), "session": JSONValue(session),
            ]
        }
    }

    let settings: AgentConfiguration.WorktreeSettings
    let repositories: [String: AgentConfiguration.Repository]
    let ledger: String
    let git: Git
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(_ configuration: AgentConfiguration, path: String? = nil) {
        (settings, repositories) = (configuration.worktrees, configuration.repositories)
        ledger = configuration.stateDirectory + "/worktrees.json"
        git = Git(path: path)
    }

    /// Makes or finds the worktree of a branch and lends it to the session.
    ///
    /// - Parameter branch: `nil`: one named for the session.
    func lease(repository name: String, branch: String?, base: String?, to session: String) async throws -> Tree {
        try await alone {
            guard let repository = repositories[name] else { throw Failure.unknownRepository(name) }
            let branch = branch.flatMap { $0.isEmpty ? nil : $0 } ?? "orchestratia/\(session.prefix(12))"
            try await check(branch, in: repository.path)
            if let base, !base.isEmpty { try await check(base, in: repository.path) }
            var trees = await read()
            if let index = trees.firstIndex(where: { $0.repository == repository.path && $0.branch == branch }) {
                if let holder = trees[index].session, holder != session { throw Failure.inUse(branch: branch, path: trees[index].path) }
                if FileManager.default.fileExists(atPath: trees[index].path) {
                    trees[index].session = session
                    try await write(trees)
                    return trees[index]
                }
                trees.remove(at: index)
            }
            if trees.count >= settings.maximum {
                trees = try await sweep(trees, isDryRun: false, atMost: trees.count - settings.maximum + 1).left
            }
            guard trees.count < settings.maximum else { throw Failure.full(maximum: settings.maximum) }
            let tree = Tree(
                path: "\(settings.directory)/\(Self.folder(name))/\(Self.folder(branch))-\(session.prefix(8))", repository: repository.path,
                branch: branch, session: session)
            // In the ledger first: what a crash leaves behind is then found by the sweep.
            try await write(trees + [tree])
            do {
                try await add(tree, base: base ?? repository.branch)
            } catch {
                try await write(trees)
                throw error
            }
            return tree
        }
    }

    /// The session is over; the tree stays until a sweep finds nothing in it that is not elsewhere.
    func release(_ session: String) async {
        // What cannot be written is released by `keep` at the next start.
        try? await alone {
            let trees = await read()
            let released = trees.map {
                $0.session == session ? Tree(path: $0.path, repository: $0.repository, branch: $0.branch, session: nil) : $0
            }
            if released != trees { try await write(released) }
        }
    }

    /// Releases what sessions held that are not there any more.
    func keep(_ sessions: Set<String>) async {
        for tree in await read() {
            if let session = tree.session, !sessions.contains(session) { await release(session) }
        }
    }

    package func all() async -> [Tree] { await read() }

    /// What a sweep finds of a tree.
    package enum Finding: Hashable, Sendable, CustomStringConvertible {
        case inUse(session: String)
        case uncommitted
        case unpushed(commits: Int)
        case removable
        case removed
        case unclear(String)

        package var description: String {
            switch self {
            case .inUse(let session): "in use by session \(session.prefix(12))"
            case .uncommitted: "kept: it holds changes that are not committed"
            case .unpushed(let commits): "kept: \(commits) commits are nowhere else"
            case .removable: "can be removed"
            case .removed: "removed"
            case .unclear(let why): "kept: \(why)"
            }
        }
    }

    /// Looks at every tree, and removes those that hold nothing of their own, unless `isDryRun`. Branches always stay.
    package func sweep(isDryRun: Bool) async throws -> [(tree: Tree, finding: Finding)] {
        try await alone { try await sweep(await read(), isDryRun: isDryRun, atMost: .max).findings }
    }

    private func sweep(
        _ trees: [Tree], isDryRun: Bool, atMost limit: Int
    ) async throws -> (left: [Tree], findings: [(tree: Tree, finding: Finding)]) {
        var (left, findings, removed) = ([Tree](), [(tree: Tree, finding: Finding)](), 0)
        for tree in trees {
            var finding = await look(at: tree)
            if finding == .removable, !isDryRun, removed < limit {
                finding = await remove(tree) ? .removed : .unclear("git could not remove it")
            }
            if finding == .removed { removed += 1 } else { left.append(tree) }
            findings.append((tree, finding))
        }
        if left != trees { try await write(left) }
        return (left, findings)
    }

    /// Bytes for a folder's name: what is no letter, digit, `.`, `_` or `-` becomes `-`.
    private static func folder(_ name: String) -> String {
        let text = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }.prefix(60))
        return text.hasPrefix(".") ? "-" + text : text
    }

    /// One operation at a time, also across their waits, and across processes: `orchestratia-agent worktrees` runs beside the daemon.
    private func alone<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        if isBusy { await withCheckedContinuation { waiting.append($0) } }
        isBusy = true
        let lock = await LedgerLock.take(ledger + ".lock")
        defer {
            lock?.release()
            if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
        }
        return try await body()
    }

    private func read() async -> [Tree] {
        guard let bytes = await Disk.read(ledger), let json = try? JSONValue(parsing: bytes) else { return [] }
        return (json.array ?? []).compactMap(Tree.init(json:))
    }

    private func write(_ trees: [Tree]) async throws {
        try await Disk.perform { [ledger] in try PrivateFile.write(JSONValue.array(trees.map(\.json)).bytes, to: ledger) }
    }
}

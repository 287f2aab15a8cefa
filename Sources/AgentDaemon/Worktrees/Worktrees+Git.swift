import Foundation

extension Worktrees {
    func check(_ name: String, in repository: String) async throws {
        // A name that begins with a dash would be an option.
        guard !name.hasPrefix("-"), !name.utf8.contains(0) else { throw Failure.badName(name) }
        let result = try await git.run(["check-ref-format", "--branch", name], in: repository)
        guard result.isSuccess else { throw Failure.badName(name) }
    }

    func add(_ tree: Tree, base: String?) async throws {
        try await Disk.perform { try PrivateFile.makeDirectory((tree.path as NSString).deletingLastPathComponent) }
        let exists = try await git.run(["show-ref", "--verify", "--quiet", "refs/heads/\(tree.branch)"], in: tree.repository).isSuccess
        let arguments =
            exists
            ? ["worktree", "add", tree.path, tree.branch]
            : ["worktree", "add", "-b", tree.branch, tree.path] + (base.map { $0.isEmpty ? [] : [$0] } ?? [])
        let result = try await git.run(arguments, in: tree.repository, limit: .seconds(300))
        guard result.isSuccess else {
            throw Failure.git(result.errors.split(separator: "\n").last.map(String.init) ?? "worktree add failed")
        }
    }

    /// What is in a tree that is nowhere else. In doubt it is kept.
    func look(at tree: Tree) async -> Finding {
        if let session = tree.session { return .inUse(session: session) }
        guard FileManager.default.fileExists(atPath: tree.path) else { return .removable }
        do {
            let status = try await git.run(["status", "--porcelain", "--ignored=no", "--untracked-files=all"], in: tree.path)
            guard status.isSuccess else { return .unclear("git does not know it") }
            guard status.output.isEmpty else { return .uncommitted }
            // In no remote branch, and in no local branch but its own.
            let lonely = try await git.run(
                ["rev-list", "--count", "HEAD", "--not", "--remotes", "--exclude=\(tree.branch)", "--branches"], in: tree.path)
            guard lonely.isSuccess, let commits = Int(lonely.text) else { return .unclear("its commits cannot be counted") }
            return commits == 0 ? .removable : .unpushed(commits: commits)
        } catch {
            return .unclear("\(error)")
        }
    }

    /// Without `--force`: git itself refuses what is not clean.
    func remove(_ tree: Tree) async -> Bool {
        guard FileManager.default.fileExists(atPath: tree.path) else {
            // Its folder has gone already; git forgets it.
            _ = try? await git.run(["worktree", "prune"], in: tree.repository)
            return true
        }
        return (try? await git.run(["worktree", "remove", tree.path], in: tree.repository))?.isSuccess ?? false
    }
}

import HubCore
import Subprocess

/// The size of the last commit, as it goes along with a result (agent protocol, section 7.5).
struct GitDiffStats: Equatable {
    var files: [(path: String, insertions: Int, deletions: Int)]
    var binaries: [String]
    var head: String

    static let maximumFiles = 50

    var json: JSONValue {
        [
            "files_changed": JSONValue(files.count + binaries.count), "insertions": JSONValue(files.map(\.insertions).reduce(0, +)),
            "deletions": JSONValue(files.map(\.deletions).reduce(0, +)),
            "files": .array(
                files.prefix(Self.maximumFiles).map {
                    ["path": .string($0.path), "insertions": JSONValue($0.insertions), "deletions": JSONValue($0.deletions)]
                }),
            "head_commit": .string(head), "base_commit": nil, "binary_files": JSONValue(binaries.prefix(Self.maximumFiles)),
        ]
    }

    static func == (a: Self, b: Self) -> Bool { a.json == b.json }

    /// `nil` where the working directory is no repository, has one commit only, or git does not answer within 5 seconds.
    static func ofLastCommit(in surroundings: Surroundings) async -> GitDiffStats? {
        guard let head = await git(["rev-parse", "--short", "HEAD"], in: surroundings)?.trimmed, !head.isEmpty,
            let text = await git(["diff", "--numstat", "--no-renames", "-z", "HEAD~1", "HEAD"], in: surroundings), !text.isEmpty
        else { return nil }
        return GitDiffStats(head: head, numstat: text)
    }

    /// - Parameter numstat: of `git diff --numstat -z`: `12<TAB>3<TAB>path` and a NUL for each file, `-` for the sizes of a binary one.
    init(head: String, numstat: String) {
        self.head = head
        (files, binaries) = ([], [])
        for record in numstat.split(separator: "\0") {
            let fields = record.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if let (insertions, deletions) = Int(fields[0]).flatMap({ insertions in Int(fields[1]).map { (insertions, $0) } }) {
                files.append((String(fields[2]), insertions, deletions))
            } else {
                binaries.append(String(fields[2]))
            }
        }
    }

    /// What git prints, if it succeeds.
    private static func git(_ arguments: [String], in surroundings: Surroundings) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                // Neither a pager nor a question nor a lock: the agent's own git may run at the same moment.
                let result = try? await run(
                    .name("git"), arguments: Arguments(["--no-optional-locks"] + arguments),
                    environment: .custom(
                        Dictionary(
                            uniqueKeysWithValues: surroundings.environment.merging(["GIT_TERMINAL_PROMPT": "0"]) { $1 }
                                .map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
                    workingDirectory: .init(surroundings.workingDirectory), output: .string(limit: 4 << 20), error: .discarded)
                guard let result, result.terminationStatus.isSuccess else { return nil }
                return result.standardOutput
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(5))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

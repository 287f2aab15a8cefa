import Foundation
import HubCore
import HubTesting
import Testing

@testable import AgentCLI

@Suite struct GitTests {
    private func git(_ arguments: String..., in folder: String) async throws {
        let settings = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"]
        let git = try await FinishedProgram.run(
            "/usr/bin/git", settings + arguments, environment: ["PATH": "/usr/bin:/bin", "HOME": folder], in: folder)
        try #require(git.status == 0, "\(git)")
    }

    @Test func `the size of the last commit goes along with a result`() async throws {
        try await RecordingHub.serve({ _ in (200, sampleTask().text) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub)
            try await git("init", "-q", in: terminal.folder)
            try terminal.write("1\n2\n", to: "a b.txt")
            try await git("add", "a b.txt", in: terminal.folder)
            try await git("commit", "-qm", "one", in: terminal.folder)
            _ = await terminal.run("task", "complete", taskID, "--result", "x")
            // One commit has nothing before it.
            #expect(hub.requests.last?.json?["git_diff_stats"] == nil)
            try terminal.write("1\n3\n4\n", to: "a b.txt")
            try terminal.write("a\u{0}b", to: "binary")
            try await git("add", "a b.txt", "binary", in: terminal.folder)
            try await git("commit", "-qm", "two", in: terminal.folder)
            _ = await terminal.run("task", "complete", taskID, "--result", "x")
            let stats = try #require(hub.requests.last?.json?["git_diff_stats"])
            #expect(stats["files_changed"] == 2 && stats["insertions"] == 2 && stats["deletions"] == 1)
            #expect(stats["files"] == [["path": "a b.txt", "insertions": 2, "deletions": 1]])
            #expect(stats["binary_files"] == ["binary"] && stats["base_commit"]?.isNull == true)
            #expect((stats["head_commit"]?.string ?? "").count >= 4)
        }
    }

    @Test func `many files are counted, and fifty of them named`() {
        let numstat = (1...60).map { "\($0)\t0\tfile\($0)\0" }.joined() + "-\t-\tpicture\0nonsense\0"
        let stats = GitDiffStats(head: "abc", numstat: numstat).json
        #expect(stats["files_changed"] == 61 && stats["insertions"] == 1830 && stats["files"]?.array?.count == 50)
    }
}

import Foundation
import Testing

@testable import AgentDaemon

@Suite("Worktrees of sessions (pain 23: litter)", .timeLimit(.minutes(3)))
struct WorktreesTests {
    private func git(_ arguments: String..., in directory: String) async throws {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main"]
        let result = try await Git(path: nil).run(identity + arguments, in: directory)
        try #require(result.isSuccess, "\(result.errors)")
    }

    @Test("are lent, limited, and kept as long as they hold work that is nowhere else")
    func life() async throws {
        try await DaemonHome.lend { home in
            let repository = home.path + "/repo"
            try FileManager.default.createDirectory(atPath: repository, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: home.state, withIntermediateDirectories: true)
            try await git("init", "-q", in: repository)
            try await git("commit", "-q", "--allow-empty", "-m", "first", in: repository)
            try home.configure(
                hub: "http://127.0.0.1:1", "repos: {app: \(repository)}\nworktrees: {directory: \(home.path)/trees, maximum: 2}")
            let worktrees = Worktrees(try home.configuration())
            let first = try await worktrees.lease(repository: "app", branch: "one", base: nil, to: "session-1")
            let second = try await worktrees.lease(repository: "app", branch: nil, base: "main", to: "session-2")
            #expect(second.branch == "orchestratia/session-2")
            await #expect(throws: Worktrees.Failure.self, "in use") {
                try await worktrees.lease(repository: "app", branch: "one", base: nil, to: "session-3")
            }
            await #expect(throws: Worktrees.Failure.self, "full") {
                try await worktrees.lease(repository: "app", branch: "three", base: nil, to: "session-3")
            }
            await #expect(throws: Worktrees.Failure.self, "an option is no branch") {
                try await worktrees.lease(repository: "app", branch: "--force", base: nil, to: "session-3")
            }
            try "work".write(toFile: first.path + "/file", atomically: true, encoding: .utf8)
            try await git("commit", "-q", "--allow-empty", "-m", "second", in: second.path)
            await worktrees.release("session-1")
            await worktrees.release("session-2")
            let found = try await worktrees.sweep(isDryRun: false).map(\.finding)
            #expect(found == [.uncommitted, .unpushed(commits: 1)])
            try FileManager.default.removeItem(atPath: first.path + "/file")
            let left = try await worktrees.sweep(isDryRun: true).map(\.finding)
            #expect(left == [.removable, .unpushed(commits: 1)])
            #expect(FileManager.default.fileExists(atPath: first.path))
            // The limit makes room by itself where nothing is lost.
            let third = try await worktrees.lease(repository: "app", branch: "three", base: nil, to: "session-3")
            #expect(FileManager.default.fileExists(atPath: third.path) && !FileManager.default.fileExists(atPath: first.path))
            try await git("show-ref", "--verify", "refs/heads/one", in: repository)
        }
    }

    @Test("are known to all processes that make and sweep them at the same time")
    func processes() async throws {
        try await DaemonHome.lend { home in
            let repository = home.path + "/repo"
            for folder in [repository, home.state] {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            try await git("init", "-q", in: repository)
            try await git("commit", "-q", "--allow-empty", "-m", "first", in: repository)
            try home.configure(hub: "http://127.0.0.1:1", "repos: {app: \(repository)}\nworktrees: {directory: \(home.path)/trees}")
            // As far as locks of files go, two of them are like two processes.
            let all = [Worktrees(try home.configuration()), Worktrees(try home.configuration())]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, worktrees) in all.enumerated() {
                    group.addTask {
                        for number in 0..<6 {
                            _ = try await worktrees.lease(
                                repository: "app", branch: "b-\(index)-\(number)", base: nil, to: "s-\(index)-\(number)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(await all[0].all().count == 12)
        }
    }

    @Test("come with a range of ports that nobody else has")
    func ports() async throws {
        try await DaemonHome.lend { home in
            // Below what the kernel chooses for connections, and what other tests' daemons lend.
            let first = Int.random(in: 1500...2090) * 10
            try home.configure(hub: "http://127.0.0.1:1", "ports: {first: \(first), size: 10, count: 2}")
            let settings = try home.configuration().ports
            let (a, b) = (
                PortLeases(directory: home.path + "/ports", settings: settings, owner: "a"),
                PortLeases(directory: home.path + "/ports", settings: settings, owner: "b")
            )
            let bases = [await a.lease(to: "1"), await b.lease(to: "2"), await a.lease(to: "3")]
            #expect(bases == [first, first + 10, nil])
            // A program that another test starts at the moment of a release holds a copy of the lock until it runs.
            await b.sweep(keeping: [])
            #expect(await eventually { await a.lease(to: "3") == first + 10 })
            await a.release(first)
            #expect(await eventually { await b.lease(to: "4") == first })
        }
    }
}

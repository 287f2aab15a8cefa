import Foundation
import HubCore
import HubTesting
import Testing

import enum HubCore.JSONValue

/// Hub, daemon and git together: tasks of one repository do not get in each other's way, and no work is lost.
@Suite(.serialized, .timeLimit(.minutes(5))) struct WorktreeTests {
    /// Says where it is, waits until all others are there too, and leaves behind what its title says.
    private static let goose = """
        task=$ORCHESTRATIA_TASK_ID
        title=$(orchestratia task view "$task" --json | sed -n 's/^  "title": "\\(.*\\)",\\{0,1\\}$/\\1/p' | head -n 1)
        orchestratia task start "$task" >/dev/null
        printf '%s|%s|%s|%s\\n' "$(pwd -P)" "$(git branch --show-current)" "$ORCHESTRATIA_PORT_BASE" "$ORCHESTRATIA_WORKTREE" \\
            >"$HOME/new-$$" && mv "$HOME/new-$$" "$HOME/seen-$title"
        while [ ! -e "$HOME/go-on" ]; do sleep 0.05; done
        case $title in
            unsaved) echo "hours of work" >draft ;;
            committed) echo work >done && git add done && git -c user.name=t -c user.email=t@t commit -q -m work ;;
        esac
        orchestratia task complete "$task" --result done >/dev/null
        """

    private static func git(_ arguments: String..., in folder: String) async throws -> String {
        let arguments = ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main"] + arguments
        let git = try await FinishedProgram.run("/usr/bin/git", arguments)
        try #require(git.status == 0, "git \(arguments): \(git.error)")
        return git.standard
    }

    private struct Place {
        let folder: String
        let branch: String
        let port: Int
    }

    @Test func `23 worktrees: three tasks of one repository work side by side, and only what is empty is cleaned up`() async throws {
        try await Site.with(profiles: ["goose": "{name: goose, summary: a goose, command: [goose]}"]) { site in
            let machine = try await site.machine("mac-1", agents: ["goose": Self.goose]) { home in
                _ = try await Self.git("init", "-q", in: home + "/web")
                try Data("hello\n".utf8).write(to: URL(fileURLWithPath: home + "/web/page"))
                _ = try await Self.git("add", "page", in: home + "/web")
                _ = try await Self.git("commit", "-q", "-m", "first", in: home + "/web")
                _ = try await Self.git("branch", "next", in: home + "/web")
            }
            // What somebody has under way in the checkout itself is nobody else's business.
            let repository = machine.home + "/web"
            try Data("half\n".utf8).write(to: URL(fileURLWithPath: repository + "/mine"))
            var tasks: [String] = []
            for title in ["unsaved", "committed", "empty"] {
                let made = try await site.post(
                    "/api/v1/tasks",
                    ["title": .string(title), "spec": "it", "target_repo": "web", "target_branch": "next", "requires": ["agent": "goose"]])
                tasks.append(try #require(made["id"]?.string, "\(made)"))
            }
            var places: [String: Place] = [:]
            for title in ["unsaved", "committed", "empty"] { places[title] = try await place(title, machine, site) }
            let all = Array(places.values)
            #expect(Set(all.map(\.folder)).count == 3 && Set(all.map(\.port)).count == 3 && Set(all.map(\.branch)).count == 3)
            for place in all {
                #expect(place.folder.hasPrefix(machine.home + "/.orchestratia/worktrees/web/") && place.branch.hasPrefix("orchestratia/"))
                let files = try FileManager.default.contentsOfDirectory(atPath: place.folder)
                #expect(files.contains("page") && !files.contains("mine"))
            }
            #expect(try await machine.daemon("worktrees").standard.matches(of: /in use by session/).count == 3)

            try Data().write(to: URL(fileURLWithPath: machine.home + "/go-on"))
            for task in tasks {
                try await site.wait(for: "a task that is done") {
                    try await site.get("/api/v1/tasks/\(task)")["status"]?.string == "done" ? true : nil
                }
            }
            try await site.event("session.closed", number: 3)
            // The end of a session is told before its tree is given back.
            try await site.wait(for: "trees that nobody uses") {
                try await machine.daemon("worktrees").standard.contains("in use by session") ? nil : true
            }
            let list = try await machine.daemon("worktrees").standard
            #expect(list.contains("kept: it holds changes that are not committed") && list.contains("kept: 1 commits are nowhere else"))
            #expect(list.contains("can be removed"))

            let cleaned = try await machine.daemon("worktrees", "--clean")
            #expect(cleaned.status == 0 && cleaned.standard.matches(of: /: removed/).count == 1, "\(cleaned)")
            let (unsaved, committed) = (try #require(places["unsaved"]), try #require(places["committed"]))
            #expect(try String(contentsOfFile: unsaved.folder + "/draft", encoding: .utf8) == "hours of work\n")
            #expect(try await Self.git("show", "\(committed.branch):done", in: repository) == "work")
            #expect(FileManager.default.fileExists(atPath: try #require(places["empty"]).folder) == false)
            #expect(try String(contentsOfFile: repository + "/mine", encoding: .utf8) == "half\n")
            #expect(try await Self.git("status", "--porcelain", in: repository) == "?? mine")
            #expect(await machine.stop() == 0)
        }
    }

    private func place(_ title: String, _ machine: Machine, _ site: Site) async throws -> Place {
        let line = try await site.wait(for: "the agent of \(title)") {
            try? String(contentsOfFile: machine.home + "/seen-\(title)", encoding: .utf8)
        }
        let parts = line.trimmingCharacters(in: .newlines).split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 4)
        #expect(parts[3] == parts[0], "what it is told is where it is")
        return Place(folder: parts[0], branch: parts[1], port: try #require(Int(parts[2])))
    }
}

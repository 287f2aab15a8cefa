import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct ReloadTests {
    private static func file(_ name: String, _ title: String = "Do it") -> String {
        "name: \(name)\nsummary: \(title)\nrole: member\ntemplate:\n  title: \(title)\n"
    }

    private func bench(_ folder: CommandFolder, _ menus: Locked<Int> = Locked(0)) async throws -> ChatBench {
        try folder.copy("reload.yaml", "help.yaml")
        return try await ChatBench(try Catalogue.read(folder.path), menusChanged: { menus.withLock { $0 += 1 } })
    }

    @Test("what is new, changed and gone is said and holds at once; menus follow")
    func changes() async throws {
        let (folder, menus) = (try CommandFolder(), Locked(0))
        try folder.write("one.yaml", Self.file("one"))
        try folder.write("two.yaml", Self.file("two"))
        let bench = try await bench(folder, menus)
        #expect(try await bench.say("/reload", as: bench.olga).words == "Reloaded 4 commands\nNothing has changed.")
        try folder.write("one.yaml", Self.file("one", "Do more"))
        try folder.write("three.yaml", Self.file("three"))
        try folder.remove("two.yaml")
        #expect(
            try await bench.say("/reload", as: bench.olga).words
                == "Reloaded 4 commands\nNew: /three\nChanged: /one\nGone: /two")
        #expect(try await bench.say("/three", as: bench.ada).words.contains("#1 Do it"))
        #expect(try await bench.say("/one", as: bench.ada).words.contains("#2 Do more"))
        #expect(try await bench.say("/two", as: bench.ada).words.hasPrefix("There is no command “two”"))
        #expect(bench.ops.menu(isPrivate: true, role: .member, saved: []).map(\.name) == ["one", "three", "help"])
        #expect(menus.withLock { $0 } == 2)
    }

    @Test("a broken file leaves its command as it was, and all others count")
    func broken() async throws {
        let folder = try CommandFolder()
        try folder.write("one.yaml", Self.file("one"))
        let bench = try await bench(folder)
        try folder.write("one.yaml", Self.file("one").replacing("title:", with: "titel:"))
        try folder.write("new.yaml", "name: new\nsummary: x\nrole: member\ntemplate: []\n")
        try folder.write("two.yaml", Self.file("two"))
        let said = try await bench.say("/reload", as: bench.olga).words
        #expect(
            said == """
                Reloaded 4 commands
                New: /two
                3 faults:
                • new.yaml:4:11: type: the template is neither a task nor a pipeline; begin with “title:” or “tasks:”
                • one.yaml:5:3: document: a task has no "titel": did you mean "title"?
                • one.yaml:5:3: document: a task needs a title
                As before: /one. All other files count.
                """)
        #expect(try await bench.say("/one", as: bench.ada).words.contains("#1 Do it"))
        #expect(try await bench.say("/two", as: bench.ada).words.contains("#2 Do it"))
        try folder.write("one.yaml", Self.file("one", "Mended"))
        try folder.remove("new.yaml")
        #expect(try await bench.say("/reload", as: bench.olga).words == "Reloaded 4 commands\nChanged: /one")
    }

    @Test("who reloaded, what changed and where files are broken is in every project's log, and nothing of what the files hold")
    func log() async throws {
        let folder = try CommandFolder()
        try folder.write("one.yaml", Self.file("one"))
        try folder.write("two.yaml", Self.file("two"))
        let bench = try await bench(folder)
        _ = try await bench.say("/reload", as: bench.olga)
        try folder.write("one.yaml", Self.file("one", "Do more"))
        try folder.write("two.yaml", Self.file("two").replacing("title:", with: "hunter2:"))
        try folder.write("three.yaml", Self.file("three"))
        let key = bench.key()
        _ = try await bench.say("/reload", as: bench.olga, key: key)
        // The same message once more.
        _ = try await bench.say("/reload", as: bench.olga, key: key)
        for project in [bench.web, bench.secret] {
            let events = try await bench.hub.ask(ListEvents(in: project.id, after: 0, limit: 1000), as: .hub)
            let own = events.filter { $0.fact.kind == .commandsReloaded }
            #expect(own.count == 1 && own.first?.fact.actor == .person(bench.olga))
            #expect(
                own.first?.fact.data == [
                    "added": ["three"], "changed": ["one"], "kept": ["two"],
                    "faults": ["two.yaml:5:3: document", "two.yaml:5:3: document"],
                ])
        }
    }

    @Test("a folder that is gone changes nothing")
    func gone() async throws {
        let folder = try CommandFolder()
        try folder.write("one.yaml", Self.file("one"))
        let bench = try await bench(folder)
        for name in ["one.yaml", "reload.yaml", "help.yaml"] { try folder.remove(name) }
        let reply = try await bench.say("/reload", as: bench.olga).words
        #expect(reply.hasPrefix("Nothing was reloaded, and all commands stay as they were:\n"))
        #expect(try await bench.say("/one", as: bench.ada).words.contains("#1 Do it"))
    }

    @Test("owners and administrators reload, others do not")
    func rights() async throws {
        let folder = try CommandFolder()
        let bench = try await bench(folder)
        #expect(
            try await bench.say("/reload", as: bench.ada).words.contains(
                "ou are a member of this project and may not change the project's settings"))
        #expect(try await bench.say("/reload", as: nil).words.hasPrefix("I don't know you yet"))
        #expect(try await bench.say("/reload", as: bench.administrator).words.hasPrefix("Reloaded 2 commands"))
        let outside = ChatRequest(
            text: "/reload", sender: bench.sender(bench.administrator),
            place: Place(isPrivate: true, project: nil, isBound: false, bot: "b"),
            conversation: .none, key: bench.key())
        try folder.remove("help.yaml")
        #expect(try await bench.ops.reply(to: outside).words == "Reloaded 1 command\nGone: /help")
    }
}

import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct ServerCommandTests {
    @Test("/tasks lists by state, filters, and turns pages in place")
    func tasks() async throws {
        let bench = try await ChatBench()
        for number in 1...12 { try await bench.task("Task \(number)", by: number == 3 ? bench.olga : bench.ada) }
        let first = try await bench.say("/tasks", as: bench.ada)
        #expect(first.words.hasPrefix("Tasks of web · page 1 of 2\n⏳ pending (12)\n/task_1 Task 1\n/task_2 Task 2\n"))
        let turned = try await bench.press(try #require(first.button("2 ▶")), as: bench.ada)
        #expect(turned.edit?.text.plain == "Tasks of web · page 2 of 2\n⏳ pending (12)\n/task_11 Task 11\n/task_12 Task 12")
        #expect(turned.buttons.map(\.label) == ["◀ 1"])
        #expect(try await bench.say("/tasks mine", as: bench.olga).words == "Tasks of web, mine\n⏳ pending (1)\n/task_3 Task 3")
        #expect(try await bench.say("/tasks task 12", as: bench.ada, isBound: false).words.hasSuffix("\n/task_web_12 Task 12"))
        #expect(try await bench.say("/tasks failed", as: bench.ada).words == "No task in web fits “failed”.")
        #expect(try await bench.say("/tasks page:9", as: bench.ada).words.hasPrefix("There are only 2 pages."))
        let id = try await bench.hub.ask(GetTask(.number(3, in: bench.web.id)), as: .person(bench.ada, over: .telegram)).view.task.id
        #expect(try await bench.say("/task \(id.text.prefix(8).uppercased())", as: bench.ada).words.hasPrefix("⏳ #3 Task 3"))
    }

    @Test("/why names the rule that each server fails, and offers the nearest fix")
    func why() async throws {
        let bench = try await ChatBench()
        _ = try await bench.say("/new Needs rust lang:rust", as: bench.ada)
        let bare = try await bench.say("/why #1", as: bench.olga)
        #expect(bare.words == "⏳ #1 Needs rust\nWaits for a server: register one for this project with /token.")
        #expect(bare.buttons.map(\.label) == ["Register a server"])
        try await bench.server("mac-1", Capabilities(slots: 1))
        #expect(
            try await bench.say("/why #1", as: bench.ada).words
                == "⏳ #1 Needs rust\nWaits for a server: mac-1 does not have the language rust; give it that, or drop the requirement.\n• mac-1: does not have the language rust"
        )
        _ = try await bench.say("/new First", as: bench.ada)
        _ = try await bench.say("/new Second", as: bench.ada)
        let full = try await bench.say("/why #3", as: bench.ada)
        #expect(full.words.hasSuffix("• mac-1: its only slot is taken, 40 points"))
        let assigned = try await bench.press(try #require(full.button("Assign to mac-1 anyway")), as: bench.ada)
        #expect(assigned.toast == "#3 goes to mac-1. ⚠️ mac-1 has 1 slot and now 2 tasks." && assigned.isAlert)
    }

    @Test("/why says how that stands which a task waits for, and where the task could run then")
    func blocked() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2", Capabilities(repositories: ["web"]))
        try await bench.server("mac-3", Capabilities(repositories: ["api"]))
        _ = try await bench.running("Build", on: server)
        _ = try await bench.say("/new Test it after:#1 repo:web", as: bench.ada)
        _ = try await bench.say("/new Ship it after:#2", as: bench.ada)
        let why = try await bench.say("/why #2", as: bench.ada).words
        #expect(
            why.hasPrefix("⏳ #2 Test it\nIt waits for:\n• #1 Build: is under way\nWhere it could run then:\n• mac-2: can take it, "))
        #expect(why.hasSuffix("• mac-3: does not have the repository web"))
        #expect(try await bench.say("/why #3", as: bench.ada).words.contains("It waits for:\n• #2 Test it: waits itself\n"))
    }

    @Test("/why offers to retry what holds a task up for good")
    func stuck() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.running("Build", on: server)
        _ = try await bench.say("/new Test it after:#1", as: bench.ada)
        _ = try await bench.fail(task, "no", on: server)
        let why = try await bench.say("/why #2", as: bench.ada)
        #expect(why.words.hasPrefix("⏳ #2 Test it\n⛔ Held by #1 (failed): retry that, do not wait for it, or cancel this one."))
        #expect(why.buttons.map(\.label) == ["Retry #1", "Do not wait for #1", "Cancel #2"])
        #expect(try await bench.press(try #require(why.button("Do not wait for #1")), as: bench.vic).isAlert)
        let free = try await bench.press(try #require(why.button("Do not wait for #1")), as: bench.ada)
        #expect(free.words == "#2 goes to mac-2.")
    }

    @Test("/assign lists servers, best first, and a failed task is retried where it is assigned to")
    func assign() async throws {
        let bench = try await ChatBench()
        let one = try await bench.server("mac-1")
        let task = try await bench.running(on: one)
        let two = try await bench.server("mac-2")
        let failed = try await bench.fail(task, "no", on: one)
        let choice = try await bench.say("/assign #1", as: bench.ada)
        #expect(
            choice.words
                == "❌ #1 Fix the login\nmac-2: can take it, 70 points\nmac-1: can take it, 70 points\nChoosing one retries the task there.")
        let key = bench.key()
        let action = ButtonAction.assign(failed.task.id, server: two.id)
        #expect(choice.buttons.contains { $0.action == action })
        let placed = try await bench.press(action, as: bench.ada, key: key)
        #expect(placed.toast == "#1 goes to mac-2.")
        #expect(try await bench.press(action, as: bench.ada, key: key) == placed)
        let view = try await bench.view(failed)
        #expect((view.task.state, view.serverName, view.task.attempt) == (.assigned, "mac-2", 2))
        #expect(view.task.content.autoAssign == nil)
        #expect(
            try await bench.press(.assign(failed.task.id, server: one.id), as: bench.ada).toast
                == "Too late: #1 is assigned since 12:03 UTC.")
        #expect(
            try await bench.say("/assign #1", as: bench.ada).words.hasSuffix(
                "mac-2 has it (assigned). Release it first to give it to another."))
    }

    @Test("the hub chooses for a failed or cancelled task, too, where it assigns nothing by itself")
    func chosenByHub() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-1")
        let failed = try await bench.fail(try await bench.running(on: server), "no", on: server)
        let gone = try await bench.task("Gone")
        try await bench.hub.run(CancelTask(.id(gone.task.id)), as: .hub)
        try await bench.hub.run(ChangeProject(bench.web.id, autoAssign: false), as: .hub)
        let typed = try await bench.say("/assign #1 auto", as: bench.ada)
        #expect(typed.words == "#1 goes to mac-1.")
        let choice = try await bench.say("/assign #2", as: bench.ada)
        let key = bench.key()
        let button = try #require(choice.button("Let the hub choose"))
        let pressed = try await bench.press(button, as: bench.ada, key: key)
        #expect(pressed.toast == "#2 goes to mac-1.")
        #expect(try await bench.press(button, as: bench.ada, key: key) == pressed)
        for (task, attempt) in [(failed, 2), (gone, 2)] {
            let view = try await bench.view(task)
            #expect((view.task.state, view.task.attempt) == (.assigned, attempt))
            #expect(view.task.content.autoAssign == true)
        }
    }

    @Test("a pin is lifted by /assign anywhere")
    func anywhere() async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-1")
        try await bench.server("mac-2")
        _ = try await bench.press(.command("/servers mac-1 drain yes", inPlace: true), as: bench.olga)
        _ = try await bench.say("/new Fix it @mac-1!", as: bench.ada)
        #expect(try await bench.say("/assign #1 anywhere", as: bench.ada).words == "#1 goes to mac-2.")
    }

    @Test("owners say how many slots a server has and what tags, by typing and by buttons")
    func edit() async throws {
        let bench = try await ChatBench()
        _ = try await bench.server("big mac", Capabilities(tags: ["arm"]))
        let detail = try await bench.say("/server big mac", as: bench.olga)
        let more = try await bench.press(try #require(detail.button("➕ 5 slots")), as: bench.olga)
        #expect(more.edit?.text.plain.hasPrefix("🟢 big mac 0 of 5 slots taken\nTags: arm\n") == true)
        #expect(try await bench.press(try #require(detail.button("➕ 5 slots")), as: bench.ada).isAlert)
        #expect(try await bench.say("/server big mac slots 0", as: bench.olga).buttons.first?.label == "➕ 1 slot")
        #expect(try await bench.say("/server big mac slots auto", as: bench.olga).words.hasPrefix("🟢 big mac 0 of 4 "))
        #expect(
            try await bench.say("/server big mac tags GPU, fast", as: bench.olga).words.contains("\nTags: fast, gpu (set by an owner)\n"))
        #expect(try await bench.say("/server big mac tags none", as: bench.olga).words.contains("\nTags: none (set by an owner)\n"))
        #expect(try await bench.say("/server big mac tags auto", as: bench.olga).words.contains("\nTags: arm\n"))
        for wrong in ["slots many", "slots -1", "slots 1025", "slots 1 2"] {
            _ = try await bench.say("/server big mac \(wrong)", as: bench.olga)
        }
        _ = try await bench.say("/server big mac slots 9", as: bench.ada)
        let server = try #require(try await bench.hub.ask(ListServers(in: bench.web.id), as: .hub).first?.server)
        #expect(server.override == CapabilityOverride())
    }

    @Test("shows how busy a machine is, with the age of what it said last, and what runs there")
    func load() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        bench.hub.liveness.note(Load(processors: 12, memory: 43, disk: 71), of: server.id, at: bench.clock.now())
        let info: JSONValue = ["agent_version": .string("0.20.0\n" + String(repeating: "9", count: 500))]
        try await bench.hub.run(UpdateServer(server.id, systemInfo: info, capabilities: Capabilities()), as: .hub)
        let detail = try await bench.say("/servers mac-2", as: bench.vic).words
        #expect(detail.hasPrefix("🟢 mac-2 0 of 4 slots taken\nNo task.\nSystem: linux, agent 0.20.0 999"), "\(detail)")
        #expect(detail.hasSuffix("9…\nLoad: processors 12 %, memory 43 %, disk 71 %\nLast heard 12:03 UTC."), "\(detail)")
        bench.clock.advance(by: .seconds(300))
        #expect(
            try await bench.say("/servers mac-2", as: bench.vic).words.contains(
                "\nLoad: processors 12 %, memory 43 %, disk 71 % (5 min ago)\n"))
    }

    @Test("a button about a server is about that one, whatever words its name ends in")
    func names() async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-1")
        let odd = try await bench.server("mac-1 revoke yes")
        try await bench.server(odd.id.text)
        let list = try await bench.say("/servers", as: bench.olga)
        let detail = try await bench.press(try #require(list.button("mac-1 revoke yes")), as: bench.olga)
        #expect(detail.words.hasPrefix("🟢 mac-1 revoke yes 0 of 4 slots taken"))
        let asked = try await bench.press(try #require(detail.button("Revoke")), as: bench.olga)
        let done = try await bench.press(try #require(asked.button("Yes, revoke it")), as: bench.olga)
        #expect(done.edit?.text.plain.hasPrefix("mac-1 revoke yes is revoked") == true)
        #expect(try await bench.say("/servers", as: bench.olga).words.contains("🟢 mac-1 0 of 4"))
    }

    @Test("owners drain and revoke servers after a question")
    func servers() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2", Capabilities(languages: ["swift"]))
        #expect(try await bench.say("/servers", as: bench.ada).words == "Servers of web: 1 of 1 online\n🟢 mac-2 0 of 4 slots taken")
        let detail = try await bench.say("/server mac-2", as: bench.olga)
        #expect(
            detail.words
                == "🟢 mac-2 0 of 4 slots taken\nLanguages: swift\nNo task.\nSystem: linux\nLast heard 12:03 UTC.\nChange with /servers mac-2 slots 4, /servers mac-2 languages swift,go; tools, environments, agents, repos and tags go the same way. +swift adds one, -swift takes one away, auto is what the server says itself."
        )
        #expect(detail.messages.first?.buttons.map { $0.map(\.label) } == [["➖ 3 slots", "➕ 5 slots"], ["Drain", "Revoke"]])
        #expect(try await bench.say("/servers mac-2", as: bench.ada).buttons.isEmpty)
        let asked = try await bench.press(try #require(detail.button("Drain")), as: bench.olga)
        #expect(asked.words == "Drain mac-2? It has no task, and gets none by itself.")
        let refused = try await bench.press(try #require(asked.button("Yes, drain it")), as: bench.ada)
        #expect(refused.toast?.hasPrefix("You are a member") == true && refused.isAlert)
        let drained = try await bench.press(try #require(asked.button("Yes, drain it")), as: bench.olga)
        #expect(drained.edit?.text.plain == "mac-2 takes no new work.")
        let line = try await bench.hub.ask(ListServers(in: bench.web.id), as: .person(bench.ada, over: .telegram)).first
        #expect(line?.server.isDrained == true)
        _ = try await bench.press(.command("/servers \(server.name) revoke yes", inPlace: true), as: bench.olga)
        #expect(try await bench.say("/servers", as: bench.ada).words.hasPrefix("No server in web yet."))
    }
}

import Cryptography
import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct ProjectCommandTests {
    @Test("a code lets somebody in, once, and the welcome says what to do next")
    func start() async throws {
        let bench = try await ChatBench()
        let invitation = try await bench.say("/invite viewer", as: bench.ada)
        #expect(invitation.messages.first?.vanishesAfter != nil)
        let link = try #require(invitation.messages.first?.text.runs.last { $0.text.hasPrefix("https://") }?.text)
        #expect(link.hasPrefix("https://t.me/TestBot?start="))
        let code = String(link.dropFirst("https://t.me/TestBot?start=".count))
        let key = bench.key()
        let welcome = try await bench.say("/start \(code)", as: nil, key: key)
        #expect(
            welcome.words
                == "Welcome, Somebody. You are a viewer of web.\nNext: /tasks shows the tasks, /servers the servers. /help lists the rest.")
        #expect(try await bench.say("/start \(code)", as: nil, key: key) == welcome)
        #expect(try await bench.say("/start \(code)", as: nil).words.hasPrefix("This code is not valid"))
    }

    @Test("a token registers a server, differs each time, and is stored nowhere")
    func token() async throws {
        let bench = try await ChatBench()
        let key = bench.key()
        let first = try #require(try await bench.say("/token", as: bench.olga, key: key).messages.first)
        let second = try #require(try await bench.say("/token", as: bench.olga, key: key).messages.first)
        #expect(first.vanishesAfter == 600 && first.text != second.text)
        let command = try #require(first.text.runs.first { $0.text.hasPrefix("orchestratia-agent --register ") }?.text)
        let token = String(command.dropFirst("orchestratia-agent --register ".count))
        #expect(first.text.runs.contains { $0.text == "curl -fsSL 'https://hub.example/install.sh' | sh -s -- \(token)" })
        let body = try #require(first.text.runs.first { $0.text.hasPrefix("curl -sS ") }?.text)
        #expect(body.hasPrefix("curl -sS 'https://hub.example/api/v1/servers/register' -H 'Content-Type: application/json' -d '{\"name\":"))
        #expect(body.contains("\"registration_token\":\"\(token)\""))
        let machine = Server.Machine(machineID: "m", macAddress: "", hostname: "m", os: "linux", address: "", systemInfo: .object([]))
        let server = try await bench.hub.run(
            RegisterServer(token: token, name: "mac-9", machine: machine, capabilities: .init(), key: RegisterServer.newKey()),
            as: .stranger(name: "m", over: .rest))
        #expect(server.project == bench.web.id)
        let stored = try await bench.hub.database.read { connection in
            try connection.rows("SELECT outcome FROM handled").map { "\($0.values)" }.joined()
        }
        #expect(!stored.contains("orcreg_") && !stored.contains(token.split(separator: ".").last.map(String.init) ?? token))
    }

    @Test(
        "a token that only the hub's machine can use says so",
        arguments: [("http://127.0.0.1:8080", true), ("https://hub.example", false)])
    func tokenForThisMachine(_ address: String, _ isLocal: Bool) async throws {
        let bench = try await ChatBench()
        let ops = ChatOps(hub: bench.hub, catalogue: ChatBench.catalogue, publicURL: { address })
        let words = try await ops.reply(to: bench.request("/token", as: bench.olga)).words
        #expect(words.contains("'\(address)/install.sh'"))
        let hint =
            "\nOther machines than the hub's own cannot reach \(address). For those, start the hub with --public-url "
            + "https://hub.example.org and ask for another token.\nThis message deletes itself"
        #expect(words.contains(hint) == isLocal)
    }

    @Test("settings change by typing and by buttons, by owners only")
    func settings() async throws {
        let bench = try await ChatBench()
        let shown = try await bench.say("/project", as: bench.olga)
        #expect(shown.buttons.map(\.label) == ["plan: off", "review: off", "auto: on"])
        let pressed = try await bench.press(try #require(shown.button("plan: off")), as: bench.olga)
        #expect(pressed.edit?.buttons.first?.map(\.label) == ["plan: on", "review: off", "auto: on"])
        #expect(try await bench.say("/project REVIEW on", as: bench.olga).buttons.map(\.label) == ["plan: on", "review: on", "auto: on"])
        #expect(try await bench.say("/project", as: bench.ada).buttons.isEmpty)
        let settings = try await bench.hub.project(named: "web")?.settings
        #expect(settings == .init(requirePlan: true, requireReview: true, autoAssign: true))
    }

    @Test("a button about a project changes that project, whatever the chat works in by then")
    func otherProject() async throws {
        let bench = try await ChatBench()
        try await bench.admit(bench.olga, to: bench.secret, as: .owner)
        for (command, label) in [("/project", "plan: off"), ("/settings", "require_review: off")] {
            let button = try #require(try await bench.say(command, as: bench.olga).button(label))
            let pressed = try await bench.press(button, as: bench.olga, in: bench.secret)
            #expect(pressed.words.contains("web") && !pressed.words.contains("This chat works"), "\(pressed.words)")
        }
        let (web, secret) = (try await bench.hub.project(named: "web"), try await bench.hub.project(named: "secret"))
        #expect(web?.settings.requirePlan == true && web?.settings.requireReview == true)
        #expect(secret?.settings == Project.Settings())
        let typed = try await bench.say("/project plan off in:\(bench.web.id.text)", as: bench.olga)
        #expect(typed.words.contains("Usage:"), "typed, it is a word like any other")
    }

    @Test("/settings shows all settings, and owners change each by typing and by buttons")
    func allSettings() async throws {
        let bench = try await ChatBench()
        _ = try await bench.server("mac-2", Capabilities(agents: ["claude"]))
        let shown = try await bench.say("/settings", as: bench.olga)
        #expect(shown.words.hasPrefix("Settings of web\nrequire_plan off: a person approves the plan before the agent works\n"))
        #expect(
            shown.words.hasSuffix(
                """
                stall_minutes 10: so long an agent may be silent before people are told
                reminder_minutes 15: after so long people are reminded of what waits for them
                escalation_minutes 60: after so long the owners are told of it, too
                quiet_hours off: all but what is critical and needs somebody waits for their end
                time_zone UTC: whose clock the quiet hours and the days of day_cap follow
                task_cap off: so much agents may spend on a task that says nothing itself
                project_cap off: so much they may spend in the project in all
                day_cap off: so much they may spend in a day
                """))
        #expect(
            shown.messages.first?.buttons.map { $0.map(\.label) } == [
                ["require_plan: off", "require_review: off"], ["auto_assign: on", "worktrees: on"], ["agent: claude"],
                ["stall: 5 min", "stall: 30 min", "stall: off"], ["reminder: 5 min", "reminder: 60 min", "reminder: off"],
                ["escalation: 30 min", "escalation: 240 min", "escalation: off"],
                ["task_cap: 1.00", "task_cap: 5.00", "task_cap: 20.00"],
                ["project_cap: 50.00", "project_cap: 200.00", "project_cap: 1000.00"],
                ["day_cap: 10.00", "day_cap: 50.00", "day_cap: 200.00"], ["quiet: 22:00-07:00", "quiet: 20:00-08:00"],
                ["London", "Berlin", "New York"], ["Los Angeles", "Kolkata"],
            ])
        for label in ["require_plan: off", "require_review: off", "auto_assign: on", "worktrees: on", "agent: claude", "stall: off"]
            + ["reminder: 5 min", "escalation: 30 min", "quiet: 22:00-07:00", "Berlin"]
        {
            let pressed = try await bench.press(try #require(shown.button(label)), as: bench.olga)
            #expect(pressed.edit?.text.plain.hasPrefix("Settings of web\n") == true)
        }
        let all = Project.Settings(
            requirePlan: true, requireReview: true, autoAssign: false, agent: "claude", stallMinutes: 0, reminderMinutes: 5,
            escalationMinutes: 30, worktrees: false, quietHours: QuietHours("22:00-07:00"), timeZone: "Europe/Berlin")
        #expect(try await bench.hub.project(named: "web")?.settings == all)
        for change in [
            "require-plan off", "review no", "AUTO on", "worktrees on", "agent shell", "stall_minutes 20", "reminder_minutes off",
            "escalation 90", "quiet_hours 23:00 – 6", "time-zone america/new_york", "day_cap 2.50", "task_cap off",
        ] {
            _ = try await bench.say("/settings \(change)", as: bench.olga)
        }
        let typed = Project.Settings(
            stallMinutes: 20, reminderMinutes: 0, escalationMinutes: 90, dayCap: Money(micros: 2_500_000),
            quietHours: QuietHours("23:00-06:00"), timeZone: "America/New_York")
        #expect(try await bench.hub.project(named: "web")?.settings == typed)
        #expect(try await bench.say("/settings", as: bench.ada).buttons.isEmpty)
        _ = try await bench.say("/settings worktrees off", as: bench.ada)
        #expect(try await bench.press(try #require(shown.button("worktrees: on")), as: bench.ada).isAlert)
        for wrong in [
            "colour red", "worktrees", "worktrees maybe", "stall_minutes 1441", "day_cap", "day_cap much", "project_cap -1",
            "stall_minutes -1", "agent A/b", "agent a b",
        ] {
            _ = try await bench.say("/settings \(wrong)", as: bench.olga)
        }
        let refused = [
            ("quiet_hours 22:00", "“22:00” are no quiet hours: write them like 22:00-07:00, or off."),
            ("quiet_hours", "Say what quiet_hours shall be."),
            ("time_zone Mars/Olympus", "“Mars/Olympus” is no time zone: use an IANA name such as Europe/Berlin or UTC."),
            ("time_zone berlin", "“berlin” is no time zone: use an IANA name such as Europe/Berlin"),
            ("reminder_minutes 43201", "“43201” is no time: give minutes from 1 to 43200, or off."),
        ]
        for (change, words) in refused {
            let reply = try await bench.say("/settings \(change)", as: bench.olga).words
            #expect(reply.hasPrefix(words), "\(reply)")
        }
        #expect(try await bench.hub.project(named: "web")?.settings == typed)
        for off in ["quiet_hours off", "time_zone utc"] { _ = try await bench.say("/settings \(off)", as: bench.olga) }
        let settings = try await bench.hub.project(named: "web")?.settings
        #expect(settings?.quietHours == nil && settings?.timeZone == nil)
    }

    @Test("/settings warns of an agent that nothing declares, and takes it")
    func unknownAgent() async throws {
        let bench = try await ChatBench()
        #expect(try await bench.say("/settings agent cluade", as: bench.olga).words.contains("⚠️") == false)
        bench.terminals.offer(["claude", "codex", "shell"])
        let misspelt = try await bench.say("/settings agent cluade", as: bench.olga).words
        #expect(
            misspelt.hasSuffix(
                "⚠️ There is no launch profile “cluade”, so tasks will start a program of that name. The profiles are claude, codex, shell.")
        )
        #expect(misspelt.contains("\nagent cluade: "))
        for known in ["agent claude", "agent shell", "task_cap 5"] {
            #expect(try await bench.say("/settings \(known)", as: bench.olga).words.contains("⚠️") == false, "\(known)")
        }
    }

    @Test("/settings has buttons for caps: the round amounts about the one that holds, and off")
    func caps() async throws {
        let bench = try await ChatBench()
        func labels(_ reply: ChatReply) -> [String] { reply.buttons.map(\.label).filter { $0.hasPrefix("day_cap") } }
        let shown = try await bench.say("/settings", as: bench.olga)
        var pressed = try await bench.press(try #require(shown.button("day_cap: 50.00")), as: bench.olga)
        #expect(pressed.words.contains("day_cap 50.00: so much they may spend in a day"))
        #expect(labels(pressed) == ["day_cap: 20.00", "day_cap: 100.00", "day_cap: 200.00", "day_cap: off"])
        #expect(try await bench.press(try #require(pressed.button("day_cap: off")), as: bench.ada).isAlert)
        pressed = try await bench.press(try #require(pressed.button("day_cap: off")), as: bench.olga)
        #expect(pressed.words.contains("day_cap off: so much") && labels(pressed).first == "day_cap: 10.00")
        #expect(
            labels(try await bench.say("/settings day_cap 0.003", as: bench.olga)) == ["day_cap: 0.01", "day_cap: 0.02", "day_cap: off"])
        let most = Money.maximum.description
        #expect(
            labels(try await bench.say("/settings day_cap \(most)", as: bench.olga)) == ["day_cap: 500000000.00", "day_cap: off"])
    }

    @Test("a chat switches between a person's projects; a group by the owners of both")
    func switching() async throws {
        let bench = try await ChatBench()
        let made = try await bench.say("/projects new shop", as: bench.administrator, isBound: false)
        #expect(made.words == "Made the project shop. You own it.")
        let switched = try await bench.say("/project shop", as: bench.administrator, isBound: false)
        let shop = try #require(try await bench.hub.project(named: "shop")).id
        #expect(switched.switchesTo == .to(shop))
        for command in ["/project shop", "/bind Shop"] {
            #expect(try await bench.say(command, as: bench.administrator, isPrivate: false).switchesTo == .to(shop))
        }
        try await bench.hub.run(ChangeRole(of: bench.nora.id, in: bench.secret.id, to: .owner), as: .hub)
        for command in ["/project secret", "/bind secret"] {
            let hijack = try await bench.say(command, as: bench.nora, isPrivate: false)
            #expect(hijack.words == "This group works in web: only an owner of that can give it to secret.")
            #expect(hijack.switchesTo == nil)
        }
        for (person, words) in [(bench.vic, "a viewer"), (bench.ada, "a member")] {
            let refused = try await bench.say("/bind web", as: person, isPrivate: false, isBound: false)
            #expect(refused.words == "You are \(words) of web: an owner lets a group work in it.")
            #expect(refused.switchesTo == nil)
        }
        var request = bench.request("/tasks", as: bench.administrator)
        request.place = Place(isPrivate: true, project: nil, isBound: false, bot: "TestBot")
        let choice = try await bench.ops.reply(to: request)
        #expect(choice.words == "Which project? Choose one, then send it again.")
        #expect(choice.buttons.map(\.label) == ["default", "secret", "shop", "web"])
        request.sender = bench.sender(bench.ada)
        #expect(try await bench.ops.reply(to: request).words.hasPrefix("No open task in web"))
    }

    @Test("/bind offers the projects that one owns, /unbind takes a group out of its project, both in groups only")
    func binding() async throws {
        let bench = try await ChatBench()
        let offered = try await bench.say("/bind", as: bench.administrator, isPrivate: false)
        #expect(offered.words == "This group works in web. In which shall it work instead? /unbind takes it out.")
        #expect(offered.buttons.map(\.label) == ["default", "secret"])
        #expect(
            try await bench.press(try #require(offered.button("secret")), as: bench.administrator).switchesTo == .to(bench.secret.id))
        for (person, words) in [(bench.ada, "you own none."), (bench.olga, "you own none but this.")] {
            #expect(
                try await bench.say("/bind", as: person, isPrivate: false).words
                    == "An owner of a project lets a group work in it, and \(words)")
        }
        let here = try await bench.say("/project web", as: bench.vic, isPrivate: false)
        #expect(here.words.hasPrefix("This chat works in web, where you are a viewer.") && here.switchesTo == nil)
        #expect(try await bench.say("/bind plan", as: bench.olga, isPrivate: false).words.hasPrefix("There is no project “plan”"))
        #expect(try await bench.say("/bind web shop", as: bench.olga, isPrivate: false).words.contains("Usage: /bind [PROJECT]"))
        #expect(try await bench.say("/bind nowhere", as: bench.olga, isPrivate: false).words.contains("yours: web"))
        #expect(try await bench.say("/bind web", as: bench.olga).words == "/bind works in groups only.")
        let refused = try await bench.say("/unbind", as: bench.ada, isPrivate: false)
        #expect(refused.switchesTo == nil && refused.words.contains("that takes an owner"))
        let unbound = try await bench.say("/unbind", as: bench.olga, isPrivate: false)
        #expect(unbound.switchesTo == .away(from: bench.web.id))
        #expect(unbound.words.hasPrefix("This group does not work in web any more: nothing of it comes here"))
        #expect(
            try await bench.say("/unbind", as: bench.olga, isPrivate: false, isBound: false).words == "This group works in no project.")
    }

    @Test("in a group without a project who owns none is told who can choose one")
    func unbound() async throws {
        let bench = try await ChatBench()
        try await bench.admit(bench.ada, to: bench.secret, as: .member)
        var request = bench.request("/tasks", as: bench.ada)
        request.place = Place(isPrivate: false, project: nil, isBound: false, bot: "TestBot")
        let words = try await bench.ops.reply(to: request).words
        #expect(words.hasPrefix("This group works in no project yet: an owner of one writes /\u{2060}bind NAME here"), "\(words)")
    }

    @Test("help shows what the person can use here")
    func help() async throws {
        let bench = try await ChatBench()
        let viewer = try await bench.say("/help", as: bench.vic).words
        #expect(viewer.contains("/tasks – List tasks by state") && !viewer.contains("/new –") && !viewer.contains("/token"))
        #expect(try await bench.say("/help", as: bench.olga).words.contains("/token – Register a new server"))
        #expect(try await bench.say("/help", as: bench.olga, isPrivate: false).words.contains("/token") == false)
        #expect(try await bench.say("/help /approve", as: bench.vic).words.contains("Examples:\n/approve\n/approve #42"))
        #expect(try await bench.say("/help aprove", as: bench.vic).words == "There is no command “aprove”: did you mean /help approve?")
        let menu = bench.ops.menu(isPrivate: true, role: .viewer, saved: []).map(\.name)
        #expect(menu.contains("tasks") && !menu.contains("new"))
    }

    @Test("status and me say how things are")
    func status() async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-2")
        try await bench.task("Fix it")
        #expect(
            try await bench.say("/status", as: bench.ada).words
                == "Orchestratia 1.2.3\nDatabase: fine\nweb: 1 assigned · servers 1 of 1 online\nBot @\u{2060}TestBot polled 3 s ago")
        #expect(
            try await bench.say("/me", as: bench.ada).words == "You are Ada.\n• web: member, you create tasks, decide, answer and invite")
    }
}

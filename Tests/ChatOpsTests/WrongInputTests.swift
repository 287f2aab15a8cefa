import HubCore
import HubService
import Testing

@testable import ChatOps

/// Each wrong input gets one clear sentence, and changes nothing.
@Suite struct WrongInputTests {
    @Test("answers wrong commands with one sentence and changes nothing")
    func wrongCommands() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let planned = try await bench.planned(on: server)
        let foreign = try await bench.hub.run(
            CreateTask(project: bench.secret.id, content: .init(title: "Hidden")), as: .person(bench.nora, over: .telegram)
        ).view
        let cases: [(String, Person?, String)] = [
            ("/tsaks", bench.ada, "There is no command “tsaks”: did you mean /tasks?"),
            ("/weather", bench.ada, "There is no command “weather”: /help lists those that you can use."),
            ("/task 999", bench.ada, "There is no task #999 in project web."),
            ("/task #0", bench.ada, "“#0” is no task: write a number like #42, or the id."),
            ("/task 99999999999999999999", bench.ada, "“99999999999999999999” is no task"),
            ("/task 🙂", bench.ada, "“🙂” is no task"),
            ("/task \u{FFFD}", bench.ada, "“\u{FFFD}” is no task"),
            (
                "/cancel P1", bench.ada,
                "P1 is a pipeline, and this takes a task like #42: /\u{2060}pipeline P1 shows how far it is.\nUsage: "
            ),
            ("/task pelican", bench.ada, "“pelican” is no task"),
            ("/task beef", bench.ada, "There is no task whose id begins with beef."),
            ("/task", bench.ada, "Say which task."),
            ("/task #1 colour", bench.ada, "“colour” is nothing to show"),
            ("/task #1 result", bench.ada, "#1 has no result yet: it is in plan review."),
            ("/new !high", bench.ada, "A task needs a title in front of the options."),
            (
                "/new " + String(repeating: "x", count: 5000), bench.ada,
                "The title has 5000 characters, 256 are allowed: put the rest into the details (in /new, the lines below it)."
            ),
            ("/new a\0b", bench.ada, "The text contains a NUL character."),
            ("/new Fix it @nowhere", bench.ada, "There is no server “nowhere” in web: there is mac-2."),
            ("/new Fix it after:#77", bench.ada, "There is no task #77 in project web."),
            ("/new Fix it", bench.vic, "You are a viewer of this project and may not create tasks: that takes a member."),
            ("/new", bench.vic, "You are a viewer of this project and may not create tasks"),
            ("/approve #1", bench.vic, "You are a viewer of this project and may not approve"),
            ("/cancel #1", bench.vic, "You are a viewer of this project and may not cancel tasks"),
            (
                "/retry #1", bench.ada,
                "Task #1 is in plan review, so it is not possible to retry (possible now: approve, revise, release, cancel)."
            ),
            ("/approve #1 but with a test", bench.ada, "Approving takes no words, so nothing is approved: send it alone, or"),
            ("/approve #1\nbut with a test", bench.ada, "Approving takes no words, so nothing is approved"),
            ("/revise #2", bench.ada, "Task #2 is assigned, so it is not possible to ask for changes (possible now: release"),
            ("/revise #2", bench.vic, "You are a viewer of this project and may not approve or send back"),
            ("/note #1", bench.ada, "Say what the note is."),
            ("/answer #1 yes", bench.ada, "Task #1 is in plan review and asks nothing."),
            ("/task secret#1", bench.ada, "There is no task secret#1, or it is in a project that you are not part of."),
            ("/task \(foreign.task.id.text)", bench.ada, "There is no such task, or it is in a project that you are not part of."),
            ("/cancel \(foreign.task.id.text)", bench.ada, "There is no such task, or it is in a project that you are not part of."),
            ("/project secret", bench.ada, "There is no project “secret” that you are part of; yours: web."),
            ("/project plan", bench.olga, "Say whether plan is to be on or off.\nUsage: "),
            ("/project plan maybe", bench.olga, "“maybe” is neither on nor off."),
            (
                "/project plan on", bench.ada,
                "You are a member of this project and may not change the project's settings: that takes an owner."
            ),
            ("/projects new shop", bench.olga, "Only an administrator may create projects."),
            ("/projects new Web Shop", bench.administrator, "I don't know what to do with “Shop”."),
            ("/projects new WEB!", bench.administrator, "A project's name has 1 to 20 characters"),
            ("/servers nowhere", bench.ada, "There is no server “nowhere” in web: there is mac-2."),
            (
                "/servers mac-2 stop", bench.olga,
                "“stop” is nothing to do with a server: there is drain, undrain, revoke, slots, repos, languages, environments, agents, tools and tags."
            ),
            ("/servers nowhere lang swift", bench.olga, "There is no server “nowhere” in web: there is mac-2."),
            ("/servers mac-2 lang", bench.olga, "Say which languages, none, or auto for what the server says itself."),
            ("/servers mac-2 lang +go swift", bench.olga, "Name either all languages of the server, or put + or - in front of each."),
            ("/servers mac-2 tool +", bench.olga, "A name in tools is empty."),
            (
                "/servers mac-2 env " + String(repeating: "x", count: 129), bench.olga,
                "“\(String(repeating: "x", count: 40))…” in environments has more than 128 characters."
            ),
            ("/servers mac-2 lang swift", bench.ada, "You are a member of this project and may not edit servers: that takes an owner."),
            ("/servers mac-2 slots", bench.olga, "Say how many slots, or auto for what the server says itself."),
            ("/servers mac-2 tags", bench.olga, "Say which tags, none, or auto for what the server says itself."),
            ("/servers mac-2 revoke yes", bench.ada, "You are a member of this project and may not revoke servers"),
            ("/assign #1 nowhere", bench.ada, "Task #1 is in plan review, so it is not possible to assign"),
            ("/token", bench.ada, "You are a member of this project and may not make registration tokens: that takes an owner."),
            ("/token secret", bench.olga, "There is no project “secret” that you are part of; yours: web.\nUsage: "),
            ("/invite owner", bench.ada, "You are a member of this project and may not invite owners: that takes an owner."),
            ("/invite king", bench.ada, "“king” is no role"),
            (
                "/start wrongcode", bench.ada,
                "This code is not valid: it is used up, expired or mistyped; ask for a new one. You are in already: /\u{2060}me says as what."
            ),
            ("/answer 42", bench.ada, "There is no task #42 in project web."),
            ("/answer yes", bench.ada, "Say which task asks: /\u{2060}tasks waiting lists them."),
            ("/tasks page:x", bench.ada, "“page:x” is no page."),
            ("/tail #1", bench.ada, "#1 has no terminal here: the agent on mac-2 opened none."),
            ("/tasks", nil, ChatOps.strangerLine),
            ("hello", nil, ChatOps.strangerLine), ("/draftshow cap:5\nMine", nil, ChatOps.strangerLine),
            ("hello", bench.ada, "I only understand commands"),
            ("/me extra", bench.ada, "I don't know what to do with “extra”."),
        ]
        let assigned = try await bench.task("Build it")
        #expect(assigned.task.number == 2 && assigned.task.state == .assigned)
        let before = try await bench.events()
        for (text, person, expected) in cases {
            let reply = try await bench.say(text, as: person)
            #expect(reply.messages.count == 1, "\(text.prefix(40))")
            #expect(reply.words.hasPrefix(expected), "\(text.prefix(40)) → \(reply.words)")
        }
        #expect(try await bench.events() == before)
        #expect(try await bench.view(planned) == planned)
    }

    @Test("answers presses that come too late, or from the wrong person, and changes nothing")
    func wrongPresses() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let planned = try await bench.planned(on: server)
        let hash = try #require(planned.task.plan?.hash)
        let id = planned.task.id
        var before = try await bench.events()
        let strangers = try await bench.press(.approve(id, planHash: hash), as: nil)
        #expect(strangers.toast == ChatOps.toast(ChatOps.strangerLine) && strangers.isAlert)
        let viewer = try await bench.press(.approve(id, planHash: hash), as: bench.vic)
        #expect(viewer.toast?.hasPrefix("You are a viewer of this project") == true && viewer.isAlert && viewer.edit == nil)
        let revising = try await bench.press(.revise(id, planHash: hash), as: bench.vic)
        #expect(revising.toast?.hasPrefix("You are a viewer") == true && revising.messages.isEmpty)
        let outsider = try await bench.press(.cancel(id, isConfirmed: true), as: bench.nora)
        #expect(outsider.isAlert && outsider.edit == nil && outsider.toast?.contains("Fix") == false)
        let old = try await bench.press(.approve(id, planHash: "00"), as: bench.ada)
        #expect(old.toast == "The plan of #1 was replaced by a newer one: look at that first.")
        #expect(old.edit?.buttons == [] && old.messages.first?.buttons.isEmpty == false)
        #expect(try await bench.events() == before)

        // Two people of different roles in one chat: the presser decides.
        let member = try await bench.press(.approve(id, planHash: hash), as: bench.ada)
        #expect(member.toast == "Approved.")
        before = try await bench.events()
        let late = try await bench.press(.approve(id, planHash: hash), as: bench.olga)
        #expect(late.toast == "Already approved by Ada, 12:03 UTC.")
        #expect(late.edit?.buttons == [])
        let contrary = try await bench.press(.revise(id, planHash: hash), as: bench.olga)
        #expect(contrary.toast == "Already approved by Ada, 12:03 UTC.")
        let retry = try await bench.press(.retry(id, isConfirmed: true), as: bench.ada)
        #expect(retry.toast == "Too late: #1 is running since 12:03 UTC." && retry.edit?.topic == .task(id))
        let nothing = try await bench.press(.command("", inPlace: true), as: bench.ada)
        #expect(nothing.toast == "This button does nothing any more.")
        #expect(try await bench.events() == before)
    }

    @Test(
        "shows the example that is most like what was typed, and none that says what the usage says",
        arguments: [
            ("/settings quiet_hours late", "/settings quiet_hours 22:00-07:00"), ("/settings day_cap x", "/settings day_cap 50"),
            ("/settings nothing on", "/settings require_plan on"), ("/project plan", "/project plan on"), ("/task", "/task #42"),
            ("/task #1 colour", "/task #42"), ("/task web#1 colour", "/task #42"), ("/token x y", "/token web"),
        ] as [(String, String?)])
    func examples(_ text: String, _ example: String?) async throws {
        let bench = try await ChatBench()
        let words = try await bench.say(text, as: bench.olga).words
        #expect(words.contains("\nUsage: "))
        #expect(words.split(separator: "\nFor example: ").dropFirst().first.map(String.init) == example, "\(words)")
    }

    @Test("is silent in groups unless it is meant")
    func groups() async throws {
        let bench = try await ChatBench()
        let waiting = Conversation.newTask(.init(step: .title))
        for text in ["hello", "/tasks@OtherBot", "/weather"] {
            let reply = try await bench.say(text, as: bench.ada, isPrivate: false, conversation: waiting)
            #expect(reply == ChatReply(conversation: waiting), "\(text)")
        }
        #expect(try await bench.say("hello", as: nil, isPrivate: false) == .silence)
        #expect(try await bench.say("/weather", as: nil, isPrivate: false) == .silence)
        #expect(try await bench.say("/draftshow cap:5\nMine", as: nil, isPrivate: false) == .silence)
        #expect(try await bench.say("/tasks", as: nil, isPrivate: false).words == ChatOps.strangerLine)
        #expect(try await bench.say("/tasks@testbot", as: bench.ada, isPrivate: false).words.hasPrefix("No open task"))
        #expect(
            try await bench.say("/token", as: bench.olga, isPrivate: false).words
                == "/token works in a private chat only: write to @TestBot.")
    }

    @Test("slows guessing of codes down")
    func codes() async throws {
        let bench = try await ChatBench()
        for _ in 0..<5 { #expect(try await bench.say("/start nonsense", as: nil).words.hasPrefix("This code is not valid")) }
        #expect(try await bench.say("/start nonsense", as: nil).words == "Too many wrong codes: try again after 12:04 UTC.")
    }
}

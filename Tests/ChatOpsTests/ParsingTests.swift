import HubCore
import Testing

@testable import ChatOps

@Suite struct ParsingTests {
    @Test(
        "reads command lines as people type them",
        arguments: [
            ("/tasks", "tasks", "", ""), ("  /Tasks  mine ", "tasks", "mine", ""), ("/new@TestBot Fix it", "new", "Fix it", ""),
            ("/new\u{A0}Fix\nthe spec\n more", "new", "Fix", "the spec\n more"), ("\u{FEFF}/me", "me", "", ""),
            ("/new\n\nonly a spec\n", "new", "", "only a spec"), ("/task_42", "task", "#42", ""),
            ("/task_web_42", "task", "web#42", ""), ("/task_my_web_42 plan", "task", "my_web#42 plan", ""),
        ])
    func lines(text: String, name: String, line: String, body: String) throws {
        let parsed = try #require(CommandLine(text)).splitting { ["new", "tasks", "task", "me"].contains($0) }
        #expect((parsed.name, parsed.line, parsed.body) == (name, line, body))
    }

    @Test("leaves text alone that is no command", arguments: ["", "/", "/ ", "//", "/42", "hello /new", "@TestBot hi", "/\n"])
    func noCommand(text: String) {
        #expect(CommandLine(text) == nil)
    }

    private static let id = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"

    @Test("reads the names of tasks")
    func names() {
        #expect(TaskName("#42") == .number(42))
        #expect(TaskName("42,") == .number(42))
        #expect(TaskName("＃42") == .number(42))
        #expect(TaskName("Web#42") == .qualified(project: "web", 42))
        #expect(TaskName(Self.id) == .id(AgentTask.ID(stored: Self.id.lowercased())))
        #expect(TaskName("3f2504e0") == .prefix("3f2504e0"))
        #expect(TaskName("3f2504e0–4f89") == .prefix("3f2504e0-4f89"))
        #expect(TaskName("12345678") == .prefix("12345678"))
        #expect(TaskName("1234567") == .number(1_234_567))
        #expect(TaskName("#12345678") == .number(12_345_678))
        #expect(TaskName("dead") == .prefix("dead"))
        #expect(TaskName(inText: "dead") == nil)
        for text in ["", "#", "#0", "-1", "#-1", "99999999999999999999", "#4x", "abc", "xyz1", "we b#4", "#", "🙂", "\u{FFFD}", "١٢"] {
            #expect(TaskName(text) == nil, "\(text)")
        }
    }

    @Test("takes the run of option words at the end of a title")
    func options() throws {
        let (title, options) = try TaskOptions.split(
            "Fix the login !high repo:“web” branch:main lang:swift,c env:staging agent:Claude tool:docker tag:x type:bugfix @mac–2 after:#41,web#3 !plan"
        )
        #expect(title == "Fix the login")
        let content = options.content(title: title, spec: "")
        #expect((content.priority, content.kind, content.repository, content.branch) == (.high, .bugfix, "web", "main"))
        #expect(
            content.requirements
                == .init(languages: ["swift", "c"], environments: ["staging"], agent: "claude", tools: ["docker"], tags: ["x"]))
        #expect((content.preferences.server, content.requirePlan) == ("mac-2", true))
        #expect(options.after == [.number(41), .qualified(project: "web", 3)])

        let pinned = try TaskOptions.split("Fix it @mac-2! !noplan !review !manual")
        #expect((pinned.options.requirements.server, pinned.options.requirePlan) == ("mac-2", false))
        #expect((pinned.options.requireReview, pinned.options.autoAssign) == (true, false))
        #expect(try TaskOptions.split("Fix !low !high").options.priority == .high)
    }

    @Test(
        "leaves words in the title that only look like options",
        arguments: [
            "Make it work !", "Use !important sparingly", "Support http://x", "See note:this", "What is 3:4", "Ask @ada why", "!high first",
            "Buy @",
        ])
    func titles(line: String) throws {
        #expect(try TaskOptions.split(line).title == line)
    }

    @Test(
        "says what is wrong with an option's value",
        arguments: [
            ("Make it work !important", "“!important” is no option: priorities are !low"),
            ("Fix it !hgih", "“!hgih” is no option: did you mean !high?"), ("Fix it type:bug", "“bug” is no type of task"),
            ("Fix it after:tomorrow", "“tomorrow” after “after:” is no task"), ("Fix it repo:", "“repo:” needs a value"),
        ])
    func badValues(line: String, words: String) {
        let error = #expect(throws: UsageError.self) { try TaskOptions.split(line) }
        #expect(error?.fault.contains(words) == true, "\(error?.fault ?? "")")
    }

    @Test("finds the nearest command")
    func spelling() {
        let names = ["task", "tasks", "approve", "assign", "new"]
        #expect(Spelling.nearest(to: "aprove", in: names) == "approve")
        #expect(Spelling.nearest(to: "tsaks", in: names) == "tasks")
        #expect(Spelling.nearest(to: "nwe", in: names) == "new")
        #expect(Spelling.nearest(to: "weather", in: names) == nil)
        #expect(Spelling.nearest(to: String(repeating: "a", count: 5000), in: names) == nil)
    }
}

import HubCore
import Testing
import WireProtocol

/// What somebody reads who wrote something wrong: which rule, where, and what would be accepted.
@Suite struct PipelineDraftTests {
    private static func lines(_ text: String) throws -> [String] {
        let document = try PipelineText(text)
        return document.lines(of: PipelineDraft(json: document.json).faults)
    }

    @Test(
        "each fault of a task is named with its own place and what would be accepted",
        arguments: [
            ("{id: a, title: 7}", "2:20 tasks[0].title: title must be a string, not a number: put it in quotes"),
            ("{id: a}", "2:5 tasks[0].title: a task needs a title"),
            ("{title: A}", "2:5 tasks[0].id: a task needs an id, by which others name it"),
            ("text", "2:5 tasks[0]: a task must be an object such as {id: build, title: Build it}, not a string"),
            ("{id: a, title: A, priorty: high}", "2:23 tasks[0].priorty: a task has no \"priorty\": did you mean \"priority\"?"),
            (
                "{id: a, title: A, priority: urgent}",
                "2:33 tasks[0].priority: priority must be one of low, normal, high, critical, not \"urgent\""
            ),
            ("{id: a, title: A, plan: maybe}", "2:29 tasks[0].plan: plan must be true or false, not a string"),
            (
                "{id: a, title: A, depends_on: b}",
                "2:35 tasks[0].depends_on: depends_on must be a list such as [build, \"#41\"], not a string"
            ),
            (
                "{id: a, title: A, depends_on: [{task: b}]}",
                "2:36 tasks[0].depends_on[0]: depends_on holds ids, not an object: edges with a type stand under dependencies"
            ),
            (
                "{id: a, title: A, dependencies: [b]}",
                "2:38 tasks[0].dependencies[0]: a dependency is an object with \"task\", an id of the document, or a task of the project as \"#41\" or by its id, as in {task: build, type: input}"
            ),
            (
                "{id: a, title: A, dependencies: [{task: b, type: needs}]}",
                "2:54 tasks[0].dependencies[0].type: type must be one of blocks, input, related, not \"needs\""
            ),
            (
                "{id: a, title: A, dependencies: [{task: b, contract: x}]}",
                "2:48 tasks[0].dependencies[0].contract: a dependency has no \"contract\": did you mean \"contract_key\"?"
            ),
            (
                "{id: a, title: A, requires: swift}",
                "2:33 tasks[0].requires: requires must be an object such as {languages: [swift]}, not a string"
            ),
            (
                "{id: a, title: A, requires: {language: [swift]}}",
                "2:34 tasks[0].requires.language: requires has no \"language\": did you mean \"languages\"?"
            ),
            (
                "{id: a, title: A, requires: {cpu: 4}}",
                "2:34 tasks[0].requires.cpu: requires has no \"cpu\": it takes repository, languages, environments, agent, tools, tags, server, writes"
            ),
            (
                "{id: a, title: A, requires: {languages: swift}}",
                "2:45 tasks[0].requires.languages: languages must be a list such as [swift], not a string"
            ),
            (
                "{id: a, title: A, acceptance_criteria: [7]}",
                "2:45 tasks[0].acceptance_criteria[0]: acceptance_criteria[0] must be a string, not a number: put it in quotes"
            ),
            ("{id: a, title: A, prefers: fast}", "2:32 tasks[0].prefers: prefers must be an object such as {server: mac-2}, not a string"),
        ] as [(String, String)])
    func ofATask(_ task: String, _ line: String) throws {
        #expect(try Self.lines("tasks:\n  - \(task)\n") == [line])
    }

    @Test(
        "a member beside name and tasks that nobody knows is a fault at its name, with what was meant or would be accepted",
        arguments: [
            ("name: x\ntimezone: Europe/Berlin\ntasks: []\n", "2:1 timezone: a pipeline has no \"timezone\": it takes name, tasks"),
            ("nmae: x\ntasks: []\n", "1:1 nmae: a pipeline has no \"nmae\": did you mean \"name\"?"),
            ("{\"tasks\": [],\n \"task\": 1}", "2:2 task: a pipeline has no \"task\": did you mean \"tasks\"?"),
            ("tasks: []\nodd.name: [1]\n", "1:1 odd.name: a pipeline has no \"odd.name\": it takes name, tasks"),
        ] as [(String, String)])
    func unknown(_ text: String, _ line: String) throws {
        #expect(try Self.lines(text) == [line])
    }

    @Test("a misspelt tasks is said where it stands") func misspelt() throws {
        #expect(
            try Self.lines("name: x\n\ntaks:\n  - {id: a, title: A}\n") == [
                "3:1 taks: a pipeline has no \"taks\": did you mean \"tasks\"?",
                "1:1 tasks: the document has no \"tasks\", a list in which each task has an id and a title",
            ])
    }

    @Test("the names of a request, those that begin with x-, and all of a kept document are passed over") func passedOver() throws {
        #expect(try Self.lines("project_id: p\nsession_id: s\nx-swift: &swift {languages: [swift]}\ntasks: []\n").isEmpty)
        #expect(PipelineDraft(json: ["tasks": [], "description": "old"], isKept: true).faults.isEmpty)
        #expect(PipelineDraft(json: ["tasks": [], "description": "new"]).faults.map(\.rule) == [.unknownKey])
    }

    @Test("a YAML document has a largest size, into which ten thousand plain tasks fit; the same in JSON may be larger")
    func largestYAML() throws {
        let tasks = (0..<Pipeline.maximumTasks).map {
            "  - id: task-\($0)\n    title: Translate page \($0) of the manual\n    spec: Keep the headings.\n    repo: manual\n    depends_on: [task-\(max(0, $0 - 1))]\n"
        }
        let plain = "tasks:\n" + tasks.joined()
        #expect(plain.utf8.count < PipelineText.maximumYAML)
        let padding = String(repeating: "x", count: PipelineText.maximumYAML)
        let sentence = "a YAML document has at most 2 MB, this one has more: write it as JSON, which may be larger"
        #expect { try PipelineText("name: \(padding)") } throws: { "\($0)" == sentence }
        #expect { try PipelineText.parse("# \(padding)") } throws: { "\($0)" == sentence }
        let json = try PipelineText("{\"x-padding\": \"\(padding)\", \"tasks\": 7}")
        #expect(json.lines(of: PipelineDraft(json: json.json).faults).map { $0.hasPrefix("tasks: tasks must be a list") } == [true])
    }

    @Test("a JSON document with more than a million values is refused") func manyValues() {
        let text = "{\"tasks\": [" + String(repeating: "10,", count: PipelineText.maximumValues) + "0]}"
        #expect { try PipelineText(text) } throws: { "\($0)".hasSuffix("more than 1000000 values") }
    }

    @Test("of very many faults a thousand are named, the last says that there are more, and nothing that was not read is called wrong")
    func veryManyFaults() throws {
        let unknown = JSONValue.object((0..<5000).map { .init("key\($0)", 1) })
        let one = PipelineDraft(json: unknown).faults
        #expect(one.count == PipelineDraft.maximumFaults)
        #expect(one.last?.rule == .tooMany && one.last?.message == "there are more faults than these 999: mend them first")
        let tasks = (0..<3000).map { number -> JSONValue in
            ["id": .string("t\(number)"), "titel": "x", "depends_on": [.string("t\(2999 - number)")]]
        }
        let draft = PipelineDraft(json: ["tasks": .array(tasks)])
        #expect(draft.faults.count == PipelineDraft.maximumFaults && draft.pipeline.entries.map(\.id) == (0..<3000).map { "t\($0)" })
        let exact = PipelineDraft(json: ["tasks": .array(Array(tasks.prefix(500)))])
        #expect(exact.faults.count == 1000 && exact.faults.last?.rule != .tooMany)
        let edges = JSONValue.array(Array(repeating: .object((0..<1000).map { .init("key\($0)", 1) } + [.init("task", "a")]), count: 1000))
        #expect(PipelineDraft(json: ["tasks": [["id": "a", "title": "A", "dependencies": edges]]]).faults.count == 1000)
    }

    @Test("what was meant is looked for with the first twenty unknown members of an object") func meant() {
        let faults = PipelineDraft(json: .object((0..<30).map { .init("task" + String(repeating: " ", count: $0 % 2), .number("\($0)")) }))
            .faults
        #expect(faults.prefix(20).allSatisfy { $0.message.contains("did you mean \"tasks\"?") })
        #expect(faults[20..<30].allSatisfy { $0.message.contains("it takes name, tasks") })
    }

    @Test("all faults of a task are said together") func together() throws {
        let lines = try Self.lines("tasks:\n  - {id: a, title: 7, priority: urgent, review: 1, requires: {tools: docker}}\n")
        #expect(lines.count == 4)
    }

    /// Aliases within aliases.
    private static let deep: String = (1...200).reduce(into: "- &a0 [x]\n") { text, number in
        text += "- &a\(number) [*a\(number - 1)]\n"
    }
    private static let wide: String = (1...9).reduce(into: "- &a0 [x,x,x,x,x]\n") { text, number in
        text += "- &a\(number) [" + Array(repeating: "*a\(number - 1)", count: 5).joined(separator: ",") + "]\n"
    }

    @Test(
        "of a document that cannot be read, the place and the trap are said",
        arguments: [
            ("tasks: [", "it is not valid YAML at line 2, column 1: did not find expected node content, while parsing a flow node"),
            ("tasks:\n  - id: a\n   title: x", "it is not valid YAML at line 3, column 4: did not find expected '-' indicator"),
            ("tasks:\n  - {id: a, depends_on: [#1]}\n", "A # begins a comment: write the task in quotes, \"#41\""),
            ("tasks:\n\t- id: a\n", "YAML is indented with blanks, not with tabs"),
            ("tasks:\n  - id: a\n    title: A\n    title: B\n", "it is not valid YAML: title is there twice"),
            ("{\"tasks\": [\n  {]}", "it is not valid JSON at line 2, column 4: "),
            ("", "the document is empty"),
            (
                "tasks:\n  - *x\nx: &x 1",
                "line 2, column 5: found undefined alias. A * before a name stands for a part that &name marks further up"
            ),
            ("- &a [*a]", "found undefined alias"), ("? &a [x]\n: y\n? *a\n: z", "a key must be a word"),
            ("&a x: y\n*a : z", "a key must be a word"), ("x: &a y\nz: [*a:b]", "needs a blank behind the name"),
            // What looks like a comment, a tag or an anchor of ours and is none.
            (
                (1...200).reduce(into: "- &a0 [x]\n") { $0 += "- &a\($1) [x*q#, *a\($1 - 1)\n  ]\n" },
                "the document is nested deeper than 128"
            ),
            (
                "%TAG !f! !\n---\n- &a0 [x,x,x,x,x,x,x,x,x,x]\n"
                    + (1...9).map {
                        "- &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ",") + "]\n- !f&a\($0) x\n"
                    }.joined(),
                "the document has more than 1000000 values"
            ),
            (
                "x: &s \"" + String(repeating: "long ", count: 20_000) + "\"\nl: ["
                    + Array(repeating: "*s", count: 2000).joined(separator: ",") + "]",
                "with its aliases written out the document has more than 64 MB"
            ),
            (deep, "the document is nested deeper than 128"),
            (wide, "the document has more than 1000000 values"),
        ] as [(String, String)])
    func unreadable(_ text: String, _ sentence: String) {
        #expect {
            try PipelineText(text)
        } throws: { error in
            Issue.isFine("\(error)".contains(sentence), "\(error)")
        }
    }

    @Test("what an alias stands for is written out") func aliases() throws {
        let text = """
            x-kept: &kept {tools: [docker]}
            tasks:
              - {id: a, title: &title "A & B", requires: *kept}
              - id: &id b
                title: *title
                spec: &spec |
                  *title &title
                requires: *kept
              - {id: c, title: 'C *d', spec: *spec, depends_on: [a, *id]}
              - &last !!map {id: d, title: R&D#12 and AT&T#1
                  with a*b#c in it}

            """
        let tasks = try PipelineText(text).json["tasks"]?.array ?? []
        #expect(tasks.count == 4 && tasks[0]["requires"] == ["tools": ["docker"]] && tasks[1]["requires"] == tasks[0]["requires"])
        #expect(tasks.compactMap { $0["title"]?.string } == ["A & B", "A & B", "C *d", "R&D#12 and AT&T#1 with a*b#c in it"])
        #expect(tasks[2]["spec"] == "*title &title\n" && tasks[2]["depends_on"] == ["a", "b"])
    }

    @Test("a & and a * in words are letters like others, and an anchor without an alias is no fault") func ampersands() throws {
        let text = """
            defaults: &defaults
              - one
            tasks: &tasks
              - {id: a, title: "A & *B*, &c *c"}
              - id: b
                title: Mend s *Server and &Server{}
                spec: |
                  func (s *Server) run() { p = &x; *p = 1 }
                  &x
                  *x
              # &y *y
              - {id: c, title: 'a &b *b', spec: R&D *and* more}

            """
        let titles = try PipelineText(text).json["tasks"]?.array?.compactMap { $0["title"]?.string }
        #expect(titles == ["A & *B*, &c *c", "Mend s *Server and &Server{}", "a &b *b"])
        let spec = try PipelineText(text).json["tasks"]?.array?[1]["spec"]?.string
        #expect(spec == "func (s *Server) run() { p = &x; *p = 1 }\n&x\n*x\n")
    }

    @Test(
        "what is no pipeline is told what one is",
        arguments: [
            ("hello", "the document must be an object that holds \"tasks\", not a string"),
            ("name: x", "the document has no \"tasks\", a list in which each task has an id and a title"),
            ("tasks: {a: 1}", "tasks must be a list of tasks, each behind a dash in YAML, not an object"),
        ] as [(String, String)])
    func noPipeline(_ text: String, _ sentence: String) throws {
        let lines = try Self.lines(text)
        #expect(lines.count == 1 && lines[0].hasSuffix(sentence), "\(lines)")
    }
}

extension Issue {
    /// Shows what was thrown instead.
    fileprivate static func isFine(_ holds: Bool, _ found: String) -> Bool {
        if !holds { Issue.record("it says: \(found)") }
        return holds
    }
}

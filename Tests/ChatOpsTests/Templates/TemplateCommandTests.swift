import HubCore
import HubService
import HubStore
import Testing

@testable import ChatOps

@Suite struct TemplateCommandTests {
    private static let deploy = """
        name: deploy
        summary: Deploy a service
        role: member
        arguments:
          - {name: environment, type: choice, choices: [staging, production]}
          - {name: service, type: repository}
          - {name: tries, type: number, default: 3}
          - {name: why, type: text, required: false}
        template:
          name: "deploy {{service}}"
          tasks:
            - {id: build, title: "Build {{service}}", spec: "{{why}}", repo: "{{service}}"}
            - {id: ship, title: "Ship to {{environment}}, {{tries}} times at most", depends_on: [build]}
        """
    private static let fix = """
        name: fix
        summary: Fix what somebody found
        role: owner
        arguments:
          - {name: found, type: text}
          - {name: task, type: task, required: false}
          - {name: server, type: server, required: false}
        template:
          title: "Fix: {{found}}"
          priority: high
          depends_on: ["{{task}}"]
          prefers: {server: "{{server}}"}
        """

    private static func bench() async throws -> ChatBench {
        try await ChatBench(
            Catalogue(
                [try Catalogue.parse(deploy, file: "deploy.yaml"), try Catalogue.parse(fix, file: "fix.yaml")]
                    + ChatBench.catalogue.commands))
    }

    private func titles(_ bench: ChatBench) async throws -> [String] {
        try await bench.hub.ask(ListTasks(TaskFilter(project: bench.web.id, newestFirst: false)), as: .hub).tasks.map(\.task.content.title)
    }

    @Test("a pipeline with all its arguments on the line is made at once, and its card is the answer")
    func pipeline() async throws {
        let bench = try await Self.bench()
        let key = bench.key()
        let reply = try await bench.say("/deploy Staging shop", as: bench.ada, key: key)
        #expect(reply.messages.first?.pipeline != nil && reply.words.contains("P1 deploy shop · web"))
        #expect(try await titles(bench) == ["Build shop", "Ship to staging, 3 times at most"])
        // The same message once more.
        #expect(try await bench.say("/deploy Staging shop", as: bench.ada, key: key).words.contains("P1 deploy shop"))
        #expect(try await titles(bench).count == 2)
        _ = try await bench.say("/deploy production service:web tries:5 \"because it\nmust\" be\nnow", as: bench.ada)
        _ = try await bench.say("/deploy service:web production why:“it is time” 7", as: bench.ada)
        let specs = try await bench.hub.ask(ListTasks(TaskFilter(project: bench.web.id, newestFirst: false)), as: .hub).tasks
        #expect(specs.map(\.task.content.title).suffix(2) == ["Build web", "Ship to production, 7 times at most"])
        #expect(specs.suffix(2).first?.task.content.spec == "it is time")
    }

    @Test("a task's card is the answer, and what was not given is not there")
    func task() async throws {
        let bench = try await Self.bench()
        try await bench.server("mac-2")
        let plain = try await bench.say("/fix the {{found}} door\nIt squeaks.", as: bench.olga)
        #expect(plain.words == "The title must be one line: put the rest into the spec.")
        let made = try await bench.say("/fix the {{found}} door", as: bench.olga)
        #expect(made.words.contains("#1 Fix: the {{found}} door"))
        guard case .task? = made.messages.first?.topic else { return #expect(Bool(false), "the card of a task") }
        let waiting = try await bench.say("/fix door task:#1 server:MAC-2", as: bench.olga)
        #expect(waiting.words.contains("#2 Fix: door") && waiting.words.contains("Waits for #1"))
        let view = try await bench.hub.ask(GetTask(.number(2, in: bench.web.id)), as: .hub).view
        #expect(view.task.content.preferences.server == "mac-2" && view.task.content.priority == .high)
        #expect(view.task.createdBy == .person(bench.olga))
    }

    @Test("what the arguments do not take is answered with the usage, and makes nothing")
    func wrong() async throws {
        let bench = try await Self.bench()
        try await bench.server("mac-2")
        let cases = [
            ("/deploy moon web", "“moon” is none of the choices for environment: there is staging, production"),
            ("/deploy staging web many", "“many” is no number for tries: write it like 3 or 2.5"),
            ("/deploy staging service:", "“service:” needs a value behind the colon"),
            ("/deploy staging service:a service:b", "Service is given twice"),
            ("/deploy staging web 3 \"open", "A quotation mark is not closed"),
            ("/fix x task:nothing-like-it", "“nothing-like-it” is no task for task: write it like #42"),
            ("/fix x server:moon", "There is no server “moon” in web: there is mac-2"),
        ]
        for (line, words) in cases {
            let reply = try await bench.say(line, as: bench.olga).words
            #expect(reply.hasPrefix(words), "\(reply)")
            #expect(reply.contains("\nUsage: /") && reply.contains("\nFor example: /"), "\(reply)")
        }
        #expect(try await bench.say("/fix x task:#99", as: bench.olga).words.hasPrefix("There is no task"))
        #expect(try await titles(bench).isEmpty)
    }

    @Test("a missing argument is asked for, by buttons where there is a choice, and two taps make one pipeline")
    func buttons() async throws {
        let bench = try await Self.bench()
        try await bench.server("mac-2", Capabilities(repositories: ["shop", "web"]))
        let asked = try await bench.say("/deploy", as: bench.ada, isPrivate: false)
        #expect(asked.words == "/deploy\nWhich environment? It is staging or production. Press one, or reply to this message with it.")
        #expect(asked.buttons.map(\.label) == ["staging", "production", "Cancel"])
        #expect(asked.messages.first?.topic == .conversation)
        let next = try await bench.press(try #require(asked.button("production")), as: bench.ada, conversation: asked.conversation)
        #expect(next.edit?.text.plain.hasPrefix("/deploy · environment production\nWhich service? It is a repository.") == true)
        #expect(next.buttons.map(\.label) == ["shop", "web", "Cancel"])
        let shop = try #require(next.button("shop"))
        let made = try await bench.press(shop, as: bench.ada, conversation: next.conversation)
        #expect(made.edit?.pipeline != nil && made.conversation == .none)
        let again = try await bench.press(shop, as: bench.olga)
        #expect(again.edit?.pipeline == made.edit?.pipeline)
        #expect(try await titles(bench) == ["Build shop", "Ship to production, 3 times at most"])
        // Another form is another pipeline.
        let other = try await bench.say("/deploy production", as: bench.ada)
        _ = try await bench.press(try #require(other.button("shop")), as: bench.ada)
        #expect(try await titles(bench).count == 4)
    }

    @Test("the mark of a form that somebody types is a word like any other, and takes nothing from the form")
    func guessed() async throws {
        let bench = try await Self.bench()
        try await bench.server("mac-2", Capabilities(repositories: ["shop", "web"]))
        let asked = try await bench.say("/deploy production", as: bench.ada)
        let (shop, web) = (try #require(asked.button("shop")), try #require(asked.button("web")))
        guard case .command(let line, _) = web else { return #expect(Bool(false), "a button that says a command") }
        for author in [bench.olga, bench.ada] {
            #expect(try await bench.say(line, as: author).words.contains("\nUsage: /deploy"))
        }
        #expect(try await titles(bench).isEmpty)
        _ = try await bench.press(shop, as: bench.ada)
        #expect(try await titles(bench) == ["Build shop", "Ship to production, 3 times at most"])
    }

    @Test("an answer to the question is an argument, a wrong one is asked again, and cancel calls it off")
    func typed() async throws {
        let bench = try await Self.bench()
        let asked = try await bench.say("/deploy", as: bench.ada)
        let wrong = try await bench.say("the moon", as: bench.ada, conversation: asked.conversation)
        #expect(wrong.words.contains("none of the choices") && wrong.conversation == asked.conversation)
        let next = try await bench.say("STAGING", as: bench.ada, conversation: wrong.conversation)
        #expect(next.words.hasPrefix("/deploy · environment STAGING\nWhich service? It is a repository. Send it, or “cancel”."))
        let reply = try await bench.say("shop", as: bench.ada, replyTo: .conversation, conversation: next.conversation)
        #expect(reply.messages.first?.pipeline != nil && reply.conversation == .none)
        #expect(try await bench.say("cancel", as: bench.ada, conversation: next.conversation).words == "Dropped. Nothing was created.")
        let dropped = try await bench.press(try #require(asked.button("Cancel")), as: bench.ada, conversation: asked.conversation)
        #expect(dropped.edit?.text.plain == "Dropped. Nothing was created." && dropped.conversation == .none)
        #expect(try await titles(bench).count == 2)
    }

    @Test("the role of the file counts, the gate's as well, and a button of somebody else gives no rights")
    func rights() async throws {
        let bench = try await Self.bench()
        #expect(
            try await bench.say("/deploy staging web", as: bench.vic).words.contains(
                "ou are a viewer of this project and may not create tasks"))
        #expect(try await bench.say("/fix it", as: bench.ada).words == "/\u{2060}fix is for owners of web, and you are a member.")
        #expect(try await bench.say("/fix it", as: nil).words.hasPrefix("I don't know you yet"))
        let asked = try await bench.say("/deploy staging", as: bench.ada)
        let press = try await bench.press(
            .command("/deploy \(try mark(asked))\n{\"environment\":\"staging\",\"service\":\"x\"}", inPlace: true), as: bench.vic)
        #expect(press.isAlert && press.toast?.contains("may not create tasks") == true)
        #expect(try await titles(bench).isEmpty)
        let help = try await bench.say("/help", as: bench.ada).words
        #expect(help.contains("Templates\n/deploy – Deploy a service") && !help.contains("/fix"))
        #expect(try await bench.say("/help fix", as: bench.olga).words.contains("• task (optional): a task such as #42"))
        #expect(
            bench.ops.menu(isPrivate: true, role: .member, saved: []).contains { $0.name == "deploy" && $0.summary == "Deploy a service" })
    }

    private func mark(_ reply: ChatReply) throws -> String {
        guard case .template(let form) = reply.conversation else { throw HubError.invalid("no form") }
        return form.mark
    }

    @Test("faults that only the project shows are told, and nothing is made")
    func refused() async throws {
        let bench = try await ChatBench(
            Catalogue([
                try Catalogue.parse(
                    """
                    name: follow
                    summary: Follow up
                    role: member
                    arguments: [{name: title, type: text}]
                    template:
                      tasks: [{id: a, title: "{{title}}", depends_on: ["#99"]}]
                    """, file: "follow.yaml")
            ]))
        let reply = try await bench.say("/follow it", as: bench.ada)
        #expect(
            reply.words
                == "Nothing was created by /follow:\ntasks[0].depends_on[0]: there is no task \"#99\" in the document or in the project")
        #expect(try await titles(bench).isEmpty)
    }

    @Test("the sample that ships with the hub makes a task")
    func sample() async throws {
        let bench = try await ChatBench()
        let reply = try await bench.say("/review web security Look at the sessions first", as: bench.ada)
        #expect(reply.words.contains("Review web: security"))
        let task = try await bench.hub.ask(GetTask(.number(1, in: bench.web.id)), as: .hub).view.task
        #expect(task.content.repository == "web" && task.content.kind == .chore && task.content.acceptanceCriteria.count == 2)
        #expect(task.content.spec.contains("with an eye to security. Change nothing.\nLook at the sessions first\n"))
    }
}

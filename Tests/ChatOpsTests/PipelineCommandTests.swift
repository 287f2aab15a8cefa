import ChatOps
import HubCore
import HubService
import Testing

@Suite struct PipelineCommandTests {
    private static let document = "name: release\ntasks:\n  - {id: build, title: Build}\n  - {id: ship, title: Ship, depends_on: [build]}\n"

    private func file(_ text: String) -> ChatRequest.Attachment {
        .init(name: "release.yaml", mimeType: nil, size: Int64(text.utf8.count)) { Array(text.utf8) }
    }

    private func create(_ reply: ChatReply) throws -> ButtonAction {
        try #require(reply.messages.first?.buttons.first?.first?.action)
    }

    @Test("a file with the caption is tried out first, and made by the button, once") func upload() async throws {
        let bench = try await ChatBench()
        let dry = try await bench.say("/pipeline", as: bench.ada, attachment: file(Self.document))
        let text = try #require(dry.messages.first?.text.plain)
        #expect(text.contains("2 tasks and 1 dependency.") && text.contains("Longest chain, 2 tasks: build → ship"))
        #expect(text.contains("No server can run build"))
        #expect(try await bench.hub.ask(ListPipelines(in: bench.web.id), as: .hub).isEmpty)
        let press = try create(dry)
        let made = try await bench.press(press, as: bench.ada)
        #expect(made.toast == "P1 is created." && made.edit?.pipeline != nil)
        #expect(made.edit?.text.plain.contains("0 of 2 done") == true)
        _ = try await bench.press(press, as: bench.ada)
        #expect(try await bench.hub.ask(ListPipelines(in: bench.web.id), as: .hub).count == 1)
        #expect(try await bench.say("/pipelines", as: bench.vic).messages.first?.text.plain.contains("P1 release · 0 of 2 done") == true)
        #expect(try await bench.say("/pipeline P1", as: bench.ada).messages.first?.text.plain.contains("⏳ 2 waiting") == true)
    }

    @Test("a reply to a file or to a text, and lines below, are documents too") func others() async throws {
        let bench = try await ChatBench()
        for reply in [
            try await bench.say("/pipeline", as: bench.ada, quoting: Self.document),
            try await bench.say("/pipeline\n" + Self.document, as: bench.ada),
        ] { #expect(reply.messages.first?.text.plain.contains("2 tasks and 1 dependency.") == true) }
        var request = bench.request("/pipeline", as: bench.ada, quoting: "see the file")
        request.repliedTo?.attachment = file(Self.document)
        #expect(try await bench.ops.reply(to: request).messages.first?.text.plain.contains("2 tasks and 1 dependency.") == true)
        #expect(try await bench.say("/pipeline", as: bench.ada).messages.first?.text.plain.contains("Usage: ") == true)
    }

    @Test("faults come with line and column, and no button") func faults() async throws {
        let bench = try await ChatBench()
        let reply = try await bench.say(
            "/pipeline", as: bench.ada, attachment: file("tasks:\n  - {id: a, title: A, depends_on: [b]}\n  - {id: a, title: B}\n"))
        let message = try #require(reply.messages.first)
        #expect(message.buttons.isEmpty && message.text.plain.contains("2 faults:"))
        #expect(message.text.plain.contains("2:36 tasks[0].depends_on[0]: there is no task"))
        let broken = try await bench.say("/pipeline", as: bench.ada, attachment: file("tasks: ["))
        #expect(broken.messages.first?.text.plain.contains("This is no pipeline") == true)
    }

    @Test("viewers may look, not make") func rights() async throws {
        let bench = try await ChatBench()
        let reply = try await bench.say("/pipeline", as: bench.vic, attachment: file(Self.document))
        #expect(reply.messages.first?.text.plain.contains("may not") == true)
    }

    @Test("without the program a graph is words; nobody's title breaks out of it") func graph() async throws {
        let bench = try await ChatBench()
        let press = try create(try await bench.say("/pipeline", as: bench.ada, attachment: file(Self.document)))
        _ = try await bench.press(press, as: bench.ada)
        let reply = try #require(try await bench.say("/graph P1", as: bench.vic).messages.first?.text.plain)
        #expect(
            reply.contains("dot is not installed") && reply.contains("Critical path (bold): #1 → #2") && reply.contains("#2 waits for #1"))
        let wrong = try await bench.say("/graph Pfoo", as: bench.vic).messages.first?.text.plain
        #expect(wrong?.contains("“Pfoo” is neither a task like #42 nor a pipeline like P3.") == true)
        #expect(try await bench.say("/graph #2", as: bench.vic).messages.first?.text.plain.contains("2 tasks of web") == true)
    }

    @Test("a schedule is added, listed, paused and removed") func schedules() async throws {
        let bench = try await ChatBench()
        func words(_ text: String, _ person: Person) async throws -> String {
            try await bench.say(text, as: person).messages.first?.text.plain ?? ""
        }
        #expect(try await words("/schedule add 30 2 * * mon-fri Europe/Berlin Update it", bench.olga).hasPrefix("⏰ S1 Update it"))
        #expect(try await words("/schedule", bench.vic).contains("30 2 * * mon-fri Europe/Berlin"))
        #expect(try await words("/schedule pause S1", bench.olga).contains("paused"))
        #expect(try await words("/schedule resume s1", bench.olga).contains("goes on"))
        #expect(try await words("/schedule remove S1", bench.ada).contains("may not"))
        #expect(try await words("/schedule remove S1", bench.olga).contains("is gone"))
        #expect(try await words("/schedule add 61 2 * * * UTC x", bench.olga).contains("Minute: “61”"))
    }
}

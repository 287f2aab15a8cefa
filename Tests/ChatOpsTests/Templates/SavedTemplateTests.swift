import HubCore
import HubService
import HubStore
import Testing

@testable import ChatOps

@Suite struct SavedTemplateTests {
    private static let document = """
        name: nightly build
        tasks:
          - {id: build, title: "Build {{it}}"}
          - {id: ship, title: Ship, depends_on: [build]}
        """

    /// P1, made as people make it.
    private func made(_ bench: ChatBench) async throws -> ChatReply {
        let dry = try await bench.say("/pipeline\n" + Self.document, as: bench.ada)
        return try await bench.press(try #require(dry.messages.first?.buttons.first?.first?.action), as: bench.ada)
    }

    private func count(_ bench: ChatBench) async throws -> Int {
        try await bench.hub.ask(ListPipelines(in: bench.web.id), as: .hub).count
    }

    @Test("a pipeline is saved by number or in reply to its card, runs as a command, and is listed and removed")
    func life() async throws {
        let bench = try await ChatBench()
        let card = try await made(bench)
        #expect(
            try await bench.say("/pipeline save P-1 Nightly", as: bench.ada).words
                == "💾 P1 is saved as /nightly: send that to run it again. /pipeline templates lists all.")
        let topic = try #require(card.edit?.topic)
        #expect(try await bench.say("/pipeline save weekly", as: bench.ada, replyTo: topic).words.contains("saved as /weekly"))
        let key = bench.key()
        let run = try await bench.say("/nightly", as: bench.ada, key: key)
        #expect(run.words.contains("P2 nightly build · web") && run.messages.first?.pipeline != nil)
        _ = try await bench.say("/nightly", as: bench.ada, key: key)
        #expect(try await count(bench) == 2)
        // Braces of its own are no arguments.
        let view = try await bench.hub.ask(GetTask(.number(3, in: bench.web.id)), as: .hub).view
        #expect(view.task.content.title == "Build {{it}}")
        let list = try await bench.say("/pipeline templates", as: bench.ada)
        #expect(
            list.words
                == "Templates of web\n/nightly – nightly build: 2 tasks\n/weekly – nightly build: 2 tasks\n\n/pipeline remove NAME forgets one."
        )
        let button = try #require(list.button("Run weekly"))
        let press = bench.key()
        _ = try await bench.press(button, as: bench.ada, key: press)
        let again = try await bench.press(button, as: bench.ada, key: press)
        #expect(try await count(bench) == 3 && again.words.contains("P3 nightly build"))
        // The list stays in the chat, and is good for another day.
        #expect(try await bench.press(button, as: bench.ada).words.contains("P4 nightly build"))
        #expect(try await bench.say("/help", as: bench.ada).words.contains("Saved\n/nightly – nightly build: 2 tasks"))
        #expect(try await bench.say("/help nightly", as: bench.ada).words.hasPrefix("/nightly – nightly build: 2 tasks"))
        #expect(
            try await bench.say("/pipeline remove nightly", as: bench.ada).words == "🗑 The template nightly is gone. What it created stays."
        )
        #expect(try await bench.say("/nightly", as: bench.ada).words.hasPrefix("There is no command “nightly”"))
        #expect(try await bench.say("/pipeline run weekly", as: bench.ada).words.contains("P5 nightly build"))
    }

    @Test(
        "names that mean something else are refused, and taken ones",
        arguments: [
            ("status", "/status is a command already: choose another name"),
            ("new_release", "/new_release would be taken for /new with a task: choose another name"),
            ("DRAFTSHOW", "/draftshow is a command already: choose another name"),
            ("Über", "“über” is no name for a template: use 1 to 32 of a–z, 0–9 and _, a letter first."),
            ("taken", "There is a template taken already: remove it first, or choose another name."),
        ]) func names(_ name: String, _ words: String) async throws
    {
        let bench = try await ChatBench()
        _ = try await made(bench)
        _ = try await bench.say("/pipeline save P1 taken", as: bench.ada)
        // What is named is no link.
        let reply = try await bench.say("/pipeline save P1 \(name)", as: bench.ada).words.replacing("\u{2060}", with: "")
        #expect(reply.hasPrefix(words), "\(reply)")
        #expect(try await bench.hub.ask(ListTemplates(in: bench.web.id), as: .hub).map(\.name) == ["taken"])
    }

    @Test("wrong words are answered with the usage")
    func wrong() async throws {
        let bench = try await ChatBench()
        for line in ["/pipeline save", "/pipeline save x", "/pipeline save nothing nightly", "/pipeline run", "/pipeline remove"] {
            let reply = try await bench.say(line, as: bench.ada).words
            #expect(reply.contains("\nUsage: /pipeline"), "\(line): \(reply)")
        }
        #expect(try await bench.say("/pipeline save P9 nightly", as: bench.ada).words == "There is no pipeline P9.")
        #expect(try await bench.say("/pipeline remove nightly", as: bench.ada).words == "There is no template nightly.")
        #expect(try await bench.say("/pipeline templates", as: bench.ada).words.hasPrefix("web has no templates yet: "))
    }

    @Test("viewers save, run and remove nothing, and nobody sees those of another project")
    func rights() async throws {
        let bench = try await ChatBench()
        _ = try await made(bench)
        _ = try await bench.say("/pipeline save P1 nightly", as: bench.ada)
        for line in ["/pipeline save P1 other", "/nightly", "/pipeline run nightly", "/pipeline remove nightly"] {
            #expect(try await bench.say(line, as: bench.vic).words.contains("may not"), "\(line)")
        }
        #expect(try await bench.say("/nightly", as: bench.nora).words.hasPrefix("There is no command “nightly”"))
        #expect(try await count(bench) == 1)
        let events = try await bench.hub.ask(ListEvents(in: bench.web.id, after: 0, limit: 1000), as: .hub)
        #expect(events.filter { $0.fact.kind == .templateSaved }.map(\.fact.data["name"]) == ["nightly"])
    }
}

import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct SessionQuestionTests {
    @Test("a question to another session is shown without a ring; who replies answers it, and its buttons go") func shown() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-1")
        let task = try await bench.running("Build", on: server)
        let desk = try await bench.session("desk", profile: "claude", on: try await bench.terminalServer("mac-2"))
        let mark = try await bench.events()
        let content = Intervention.Content(kind: .question, question: "Which?", options: [.init(id: "a", label: "Keep")])
        try await bench.hub.run(RequestHelp(.init(.id(task.task.id)), content, to: desk.id), as: .agent(server, over: .rest))
        let message = try #require(try await bench.notices(after: mark, label: .short).compactMap(\.message).first)
        #expect(!message.urgency.rings && message.buttons.count == 1)
        #expect(message.text.plain.hasPrefix("❓ #1 asks the session desk: Build\nWhich?\nIt goes on meanwhile."))

        let asked = try await bench.events()
        let reply = try await bench.say("Keep", as: bench.ada, replyTo: message.topic)
        #expect(reply.reaction == "✍")
        let redraws = try await bench.notices(after: asked, label: .short).flatMap(\.redraws).filter { $0.topic == message.topic }
        #expect(redraws.first?.message?.text.plain.contains("Answered by Ada") == true && redraws.first?.message?.buttons.isEmpty == true)
        #expect(try await bench.view(task).task.state == .running)
    }
}

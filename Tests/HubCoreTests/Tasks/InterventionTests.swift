import HubCore
import Testing

@Suite struct InterventionTests {
    private func ada() -> Actor { Actor(kind: .person, id: "1", name: "Ada") }

    private func question() -> Intervention {
        Intervention(id: .random(), task: .sample(in: .needsHuman), content: .init(kind: .help, question: "which?"), at: .start)
    }

    @Test("is answered once, and the second learns by whom")
    func answeredOnce() throws {
        var question = question()
        try question.respond(.init(text: "blue", by: ada(), at: .start))
        #expect(question.state == .responded)
        let late = #expect(throws: Intervention.AlreadyDecided.self) { try question.respond(.init(text: "red", by: .hub, at: .start)) }
        #expect(late?.description == "already answered by Ada")
        #expect(question.answer?.text == "blue")
        question.withdraw()
        #expect(question.state == .responded)
    }

    @Test("takes no answer once withdrawn")
    func withdrawn() {
        var question = question()
        question.withdraw()
        let late = #expect(throws: Intervention.AlreadyDecided.self) { try question.respond(.init(text: "red", by: ada(), at: .start)) }
        #expect(late?.description == "this question was withdrawn: the task went on without an answer")
        #expect((question.state, question.answer) == (.withdrawn, nil))
    }
}

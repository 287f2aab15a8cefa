import HubCore
import Testing

@Suite struct TaskContentTests {
    typealias Fault = AgentTask.ContentFault

    static let faults: [(AgentTask.Content, Fault)] = [
        (.init(title: ""), .emptyTitle), (.init(title: " \t\n\u{A0} "), .emptyTitle),
        (.init(title: String(repeating: "x", count: 257)), .titleTooLong(257)),
        (.init(title: "e" + String(repeating: "\u{301}", count: 5000)), .titleTooLong(5001)),
        (.init(title: "one\ntwo"), .titleHasLines), (.init(title: "one\r\ntwo"), .titleHasLines),
        (.init(title: "one\u{2028}two"), .titleHasLines),
        (.init(title: "t", spec: String(repeating: "x", count: 65_537)), .specTooLong(65_537)), (.init(title: "a\0b"), .containsNUL),
        (.init(title: "t", spec: "\0"), .containsNUL), (.init(title: "t", repository: "r\0"), .containsNUL),
        (.init(title: "t", branch: "b\0"), .containsNUL), (.init(title: "t", acceptanceCriteria: ["fine", "\0"]), .containsNUL),
        (.init(title: "t", acceptanceCriteria: ["fine", String(repeating: "ж", count: 4097)]), .criterionTooLong(1, 4097)),
        (.init(title: "t", structuredSpec: ["goal": .string(String(repeating: "x", count: 262_144))]), .structuredSpecTooLarge(262_155)),
    ]

    @Test("names the first rule that is broken", arguments: faults)
    func refuses(_ content: AgentTask.Content, _ fault: Fault) {
        #expect(throws: fault) { try content.validated() }
    }

    @Test("accepts the longest title and spec, and takes blanks off the title")
    func accepts() throws {
        let title = String(repeating: "ж", count: 256)
        let content = AgentTask.Content(
            title: "  \(title)\n", spec: String(repeating: "ж", count: 65_536), repository: "web",
            acceptanceCriteria: [String(repeating: "ж", count: 4096)],
            structuredSpec: ["goal": .string(String(repeating: "x", count: 262_144 - 11))])
        let valid = try content.validated()
        #expect(valid.title == title)
        #expect((valid.acceptanceCriteria, valid.structuredSpec) == (content.acceptanceCriteria, content.structuredSpec))
        #expect((valid.spec, valid.repository) == (content.spec, "web"))
    }

    @Test("says how long a criterion and a structured spec may be")
    func sentences() {
        #expect(Fault.criterionTooLong(1, 4097).description == "acceptance_criteria[1] has 4097 characters, 4096 are allowed")
        #expect(Fault.structuredSpecTooLarge(300_000).description == "structured_spec has 300000 bytes as JSON, 262144 are allowed")
    }

    @Test("orders priorities by urgency")
    func priorities() {
        #expect(AgentTask.Priority.allCases.sorted() == [.low, .normal, .high, .critical])
        #expect(AgentTask.Priority.allCases.sorted { $0.rank < $1.rank } == [.critical, .high, .normal, .low])
    }

    @Test("compares requirements in lower case")
    func requirements() {
        let requirements = AgentTask.Requirements(
            languages: ["Swift"], environments: ["Docker"], agent: "Claude", tools: ["Git"], tags: ["GPU"])
        #expect((requirements.languages, requirements.environments, requirements.agent) == (["swift"], ["docker"], "claude"))
        #expect((requirements.tools, requirements.tags) == (["git"], ["gpu"]))
    }
}

import HubCore
import Testing
import WireProtocol

@Suite struct DraftTests {
    @Test("reads what the installed command line sends")
    func installed() throws {
        let id = AgentTask.ID.random()
        let draft = try TaskDraft(json: [
            "title": "t", "spec": "s", "priority": "low", "type": "docs", "target_repo": "web", "target_branch": "main",
            "acceptance_criteria": ["a"], "dependency_ids": [JSONValue(id)], "session_id": "x", "project_id": "default",
        ])
        #expect(draft.content.repository == "web" && draft.content.kind == .docs && draft.content.priority == .low)
        #expect(draft.dependencies.first?.task == .id(id) && draft.dependencies.first?.kind == .blocks)
    }

    @Test("reads the structured form")
    func structured() throws {
        let draft = try TaskDraft(json: [
            "title": "t", "requires": ["repository": "web", "languages": ["Swift"], "agent": "Claude", "server": "mac-1"],
            "prefers": ["server": "mac-2"], "dependencies": [["task": 41, "type": "related"], ["task": "#42"]], "require_plan": true,
        ])
        #expect(draft.content.repository == "web" && draft.content.requirements.languages == ["swift"])
        #expect(draft.content.requirements.server == "mac-1" && draft.content.preferences.server == "mac-2")
        #expect(draft.dependencies.map(\.task) == [.number(41), .number(42)])
        #expect(draft.dependencies.map(\.kind) == [.related, .blocks])
        #expect(draft.content.requirePlan == true && draft.content.requireReview == nil)
    }

    @Test("a terminal may be as large as people use, and no larger")
    func terminalSizes() throws {
        #expect(try SizeOrder(json: ["cols": 500, "rows": 200]).size.description == "500x200")
        for (columns, rows) in [(501, 40), (120, 201), (0, 40), (120, 0)] {
            #expect {
                try SizeOrder(json: ["cols": JSONValue(columns), "rows": JSONValue(rows)])
            } throws: {
                "\($0)" == "cols must be 1 to 500, and rows 1 to 200"
            }
        }
    }

    @Test("contracts and the edges that deliver them are read")
    func contracts() throws {
        let draft = try TaskDraft(json: [
            "title": "t", "produces": ["api": ["type": "x"]], "dependencies": [["task": "#7", "type": "input", "contract_key": "db"]],
        ])
        #expect(draft.content.produces == ["api": ["type": "x"]])
        #expect(draft.dependencies.map(\.contractKey) == ["db"])
        #expect(draft.dependencies.map(\.kind) == [.input])
    }

    @Test(
        "names of tasks", arguments: [("42", TaskName.number(42)), ("#42", .number(42)), ("0", nil), ("-1", nil), ("", nil), ("abc", nil)])
    func names(_ text: String, _ name: TaskName?) {
        #expect(TaskName(text) == name)
    }
}

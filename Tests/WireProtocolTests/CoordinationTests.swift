import HubCore
import Testing
import WireProtocol

@Suite struct CoordinationTests {
    @Test("a question carries a standby answer with its deadline, or neither")
    func standby() throws {
        let report = try HelpReport(
            json: [
                "question": "Which?", "options": [["id": "a", "label": "Keep"]], "deadline_seconds": 600, "default_option": "a",
            ])
        #expect(report.content.standby == .init(seconds: 600, option: "a"))
        #expect(try HelpReport(json: ["question": "Which?"]).content.standby == nil)
        #expect(throws: WireFault.self) { try HelpReport(json: ["question": "Which?", "deadline_seconds": 600]) }
        #expect(throws: WireFault.self) { try HelpReport(json: ["question": "Which?", "default_option": "a"]) }
        #expect(throws: WireFault.self) { try HelpReport(json: ["question": "?", "deadline_seconds": "x", "default_option": "a"]) }
    }

    @Test("git's figures are taken if they are an object, and nothing is refused for them")
    func diffStats() throws {
        let report = try CompleteReport(json: ["result": "x", "git_diff_stats": ["files_changed": 2]])
        #expect(report.diffStats?["files_changed"]?.int == 2)
        #expect(try CompleteReport(json: ["result": "x", "git_diff_stats": [1, 2]]).diffStats == nil)
        #expect(try CompleteReport(json: ["result": "x"]).diffStats == nil)
    }

    @Test("a retry policy comes as a number of attempts or with its pauses, in tasks, changes and pipelines")
    func retry() throws {
        #expect(try TaskDraft(json: ["title": "x", "retry": 3]).content.retry == RetryPolicy(attempts: 3))
        let whole: JSONValue = ["attempts": 4, "backoff_seconds": 10, "backoff_factor": 3, "backoff_max_seconds": 90]
        let policy = RetryPolicy(attempts: 4, start: 10, factor: 3, maximum: 90)
        #expect(try TaskDraft(json: ["title": "x", "retry": whole]).content.retry == policy && policy.json == whole)
        #expect(try TaskChanges(json: ["retry": 1]).retry?.isNone == true && TaskChanges(json: [:]).retry == nil)
        let pipeline = PipelineDraft(json: ["tasks": [["id": "a", "title": "A", "retry": ["attempts": 2]]]])
        #expect(pipeline.faults.isEmpty && pipeline.pipeline.entries.first?.content.retry == RetryPolicy(attempts: 2))
        let wrongs: [JSONValue] = [
            "3", true, [3], ["backoff_seconds": 3], ["attempts": .number("1.5")], ["attempts": 2, "backoff_factor": .number("1.5")],
        ]
        for wrong in wrongs {
            #expect(throws: WireFault.self) { try TaskDraft(json: ["title": "x", "retry": wrong]) }
        }
        #expect(PipelineDraft(json: ["tasks": [["id": "a", "title": "A", "retry": "often"]]]).faults.count == 1)
    }

    @Test("usage comes as totals, and money as it is written")
    func usage() throws {
        let body = try UsageBody(
            json: ["attempt": 2, "tokens_in": 120, "cost": .number("0.1000000000000000055"), "model": "large", "currency": "USD"])
        #expect(body.attempt == 2 && body.report.usage == Usage(tokensIn: 120, cost: Money(micros: 100_001)))
        #expect(body.report.model == "large" && body.report.run.isEmpty && body.report.currency == "USD")
        #expect(try UsageBody(json: ["cost": "5.10"]).report.usage.cost == Money(micros: 5_100_000))
        #expect(try TaskDraft(json: ["title": "x", "spend_cap": .number("2.5")]).content.spendCap == Money(micros: 2_500_000))
        #expect(try TaskChanges(json: ["spend_cap": 0]).spendCap == .zero && TaskChanges(json: [:]).spendCap == nil)
        let pipeline = PipelineDraft(json: ["tasks": [["id": "a", "title": "A", "spend_cap": "1"]]])
        #expect(pipeline.faults.isEmpty && pipeline.pipeline.entries.first?.content.spendCap == Money(micros: 1_000_000))
        let wrongs: [JSONValue] = [
            [:], ["attempt": 1], ["cost": -1], ["cost": "much"], ["cost": true], ["tokens_in": .number("1.5")], ["cost": .number("1e400")],
        ]
        for wrong in wrongs { #expect(throws: WireFault.self) { try UsageBody(json: wrong) } }
        let sent = JSONValue.object(Usage(tokensIn: 1, tokensOut: 2, cost: Money(micros: 5_100_000)).wire)
        #expect(sent == ["tokens_in": 1, "tokens_out": 2, "cost": "5.10", "cost_micros": 5_100_000])
    }

    @Test("the paths that a task changes, and its limits, come and go")
    func draft() throws {
        let json: JSONValue = [
            "title": "x", "target_repo": "web", "requires": ["writes": ["b", "a/**"]], "reminder_minutes": 5, "escalation_minutes": 0,
        ]
        let content = try TaskDraft(json: json).content
        #expect(content.requirements.writes.patterns == ["a/**", "b"])
        #expect(content.reminderMinutes == 5 && content.escalationMinutes == 0)
        #expect(content.requirements.wire["writes"] == ["a/**", "b"])
        let many = JSONValue((0..<33).map { "f\($0)" })
        #expect(throws: WireFault.self) { try TaskDraft(json: ["title": "x", "requires": ["writes": many]]) }
        let changes = try TaskChanges(json: ["reminder_minutes": 7])
        #expect(changes.reminderMinutes == 7 && changes.requirements == nil)
    }
}

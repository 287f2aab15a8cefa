import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite struct TaskContentTests {
    static let refusedTitles = [
        "", "   ", "a\nb", "a\0b", String(repeating: "x", count: 5000), "x" + String(repeating: "\u{301}", count: 100_000),
    ]

    @Test("refuses a title that is none", arguments: refusedTitles) func title(_ title: String) async throws {
        let test = try await TestHub()
        let before = try await test.eventCount()
        await refused(.invalid) { _ = try await test.create(title) }
        #expect(try await test.eventCount() == before)
    }

    @Test("keeps emoji and other scripts as they came", arguments: ["👩‍👩‍👧‍👦 семья", "ünïcode ﷽", "\u{202E}right to left"])
    func text(_ title: String) async throws {
        let test = try await TestHub()
        let task = try await test.create(title) { $0.spec = title + "\n" + title }
        let read = try await test.task(task).task.content
        #expect(Array(read.title.utf8) == Array(title.utf8))
        #expect(read.spec == title + "\n" + title)
    }

    @Test("a text to search for has at most 200 characters") func search() async throws {
        let test = try await TestHub()
        let found = try await test.create(String(repeating: "ж", count: 200))
        var filter = TaskFilter(project: test.project.id, text: String(repeating: "Ж", count: 200))
        #expect(try await test.hub.ask(ListTasks(filter), as: test.admin).total == 1)
        #expect(try await test.hub.ask(ListTasks(filter), as: test.admin).tasks.first?.task.number == found.number)
        filter.text = String(repeating: "ж", count: 201)
        await #expect {
            _ = try await test.hub.ask(ListTasks(filter), as: test.admin)
        } throws: {
            $0 as? HubError == .invalid("search for at most 200 characters")
        }
    }

    @Test("refuses texts of agents and people that are too long, empty or hold NUL") func limits() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create()
        try await test.hub.run(StartTask(task.report), as: server.agent)
        let before = try await test.eventCount()
        let long = String(repeating: "x", count: 2 << 20)
        await refused(.invalid) { try await test.hub.run(CompleteTask(task.report, result: .string(long)), as: server.agent) }
        await refused(.invalid) { try await test.hub.run(FailTask(task.report, error: "a\0b"), as: server.agent) }
        for question in ["", " ", "a\0b", String(repeating: "x", count: 20_000)] {
            await refused(.invalid) {
                try await test.hub.run(RequestHelp(task.report, .init(kind: .help, question: question)), as: server.agent)
            }
            await refused(.invalid) { try await test.hub.run(AddNote(task.reference, question), as: test.admin) }
        }
        await refused(.invalid) {
            let options = (0...20).map { Intervention.Option(id: "\($0)", label: "x") }
            try await test.hub.run(RequestHelp(task.report, .init(kind: .help, question: "x", options: options)), as: server.agent)
        }
        #expect(try await test.eventCount() == before)
    }

    @Test("an edit says what changed, and none writes nothing") func edit() async throws {
        let test = try await TestHub()
        let task = try await test.create()
        var changes = EditTask.Changes()
        (changes.title, changes.priority) = ("Mend the gate", .high)
        let edited = try await test.hub.run(EditTask(task.reference, changes), as: test.admin)
        #expect(edited.task.content.title == "Mend the gate" && edited.task.content.priority == .high)
        #expect(try await test.events().last?.fact.data["changed"]?.array == ["title", "priority"])
        let before = try await test.eventCount()
        #expect(try await test.hub.run(EditTask(task.reference, changes), as: test.admin).isRepetition)
        #expect(try await test.eventCount() == before)
    }

    @Test("an agent asks for more plans and reviews than its project, and not for fewer") func demands() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 10)
        try await test.hub.run(ChangeProject(test.project.id, requirePlan: true, requireReview: true), as: .hub)
        func demands(_ task: AgentTask) async throws -> [Bool] {
            let view = try await test.task(task)
            return [view.task.needsPlan(in: view.project), view.task.needsReview(in: view.project)]
        }
        let loose = try await test.create(by: server.agent) { ($0.requirePlan, $0.requireReview) = (false, false) }
        #expect(try await demands(loose) == [true, true])
        var changes = EditTask.Changes()
        (changes.requirePlan, changes.requireReview) = (false, false)
        try await test.hub.run(EditTask(loose.reference, changes), as: server.agent)
        #expect(try await demands(loose) == [true, true])
        // People do.
        try await test.hub.run(EditTask(loose.reference, changes), as: test.admin)
        #expect(try await demands(loose) == [false, false])
        #expect(try await demands(try await test.create { $0.requirePlan = false }) == [false, true])
        try await test.hub.run(ChangeProject(test.project.id, requirePlan: false, requireReview: false), as: .hub)
        let strict = try await test.create(by: server.agent) { $0.requireReview = true }
        try await test.hub.run(EditTask(strict.reference, changes), as: server.agent)
        #expect(try await demands(strict) == [false, true])
    }
}

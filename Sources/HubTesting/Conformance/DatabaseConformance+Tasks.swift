import HubCore
import HubStore

extension DatabaseConformance {
    static let taskTables: [Case] = [
        Case("keeps every field of a task") { database in
            let sample = try await Sample(database)
            let content = AgentTask.Content(
                title: "Mend the gäte", spec: "все 😀\nlines", priority: .critical, kind: .docs, repository: "web", branch: "main",
                acceptanceCriteria: ["one", "two\n"], structuredSpec: ["n": .number("12345678901234567890"), "x": .null],
                requirements: .init(
                    languages: ["swift"], environments: ["docker"], agent: "claude", tools: ["git"], tags: ["fast"], server: "Mac-1"),
                preferences: .init(server: "Mac-2"), requirePlan: true, requireReview: false, autoAssign: nil)
            var task = try sample.task(1, content, [.assigned(sample.server.id), .started(planFirst: true), .helpRequested])
            task.plan = .init(
                content: ["summary": "do it"], hash: "h", submittedAt: sample.now,
                decision: .init(.revised, by: .person(sample.person), at: sample.now))
            (task.feedback, task.result, task.failure) = ("more", ["ok": true], "broke")
            let full = task
            try await sample.write { try TaskTable($0).insert(full, openBlockers: 2) }
            let found = try await sample.read { [try TaskTable($0).find(full.id), try TaskTable($0).find(number: 1, in: full.project)] }
            try requireEqual(found, [full, full], "the full task")
            try requireEqual(try await sample.read { try TaskTable($0).openBlockers(of: full.id) }, 2, "open blockers")
            var bare = try sample.task(2)
            bare.result = .null
            let least = bare
            try await sample.write { try TaskTable($0).insert(least) }
            try requireEqual(try await sample.read { try TaskTable($0).find(least.id) }, Optional(least), "the bare task")
        },
        Case("saves a step and an edit over the version that was loaded, and no other") { database in
            let sample = try await Sample(database)
            let first = try sample.task(1)
            try await sample.store([first])
            var next = first
            try next.apply(.assigned(sample.server.id), at: sample.now + .seconds(9))
            try next.apply(.started(planFirst: false), at: sample.now + .seconds(10))
            try next.apply(.completed(needsReview: false), at: sample.now + .seconds(11))
            next.result = ["n": 1]
            let done = next
            try await sample.write { try TaskTable($0).save(done, replacing: first.version) }
            try requireEqual(try await sample.read { try TaskTable($0).find(done.id) }, Optional(done), "the saved task")
            do {
                try await sample.write { try TaskTable($0).save(done, replacing: first.version) }
                throw Violation(description: "an old version was replaced")
            } catch let conflict as SaveConflict { try requireEqual(conflict.task, done.id, "the conflict's task") }
            next.content = .init(title: "Other", spec: "s", priority: .low, kind: .chore, repository: "r", branch: "b", requirePlan: false)
            next.touch(at: sample.now + .seconds(12))
            let edited = next
            try await sample.write { try TaskTable($0).saveContent(edited, replacing: done.version) }
            try requireEqual(try await sample.read { try TaskTable($0).find(edited.id) }, Optional(edited), "the edited task")
            do {
                try await sample.write { try TaskTable($0).saveContent(edited, replacing: done.version) }
                throw Violation(description: "an old version was edited")
            } catch is SaveConflict {}
        },
        Case("numbers a project's tasks from 1 without gaps or twins") { database in
            let sample = try await Sample(database)
            let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await sample.write { try TaskTable($0).takeNumber(in: sample.project.id) } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try requireEqual(numbers.sorted(), Array(1...50), "numbers")
            try await requireFault("a number in no project") { _ = try await sample.write { try TaskTable($0).takeNumber(in: .random()) } }
        },
        Case("holds the invariants of a task itself") { database in
            let sample = try await Sample(database)
            let (first, twin) = (try sample.task(1), try sample.task(1))
            let done = try sample.task(
                2, nil, [.assigned(sample.server.id), .started(planFirst: false), .completed(needsReview: false)])
            try await sample.store([first, done])
            try await requireConstraint(.unique, "a second task 1") { try await sample.write { try TaskTable($0).insert(twin) } }
            let stray = AgentTask(id: .random(), project: .random(), number: 1, content: .init(title: "t"), createdBy: .hub, at: sample.now)
            try await requireConstraint(.foreignKey, "a task of no project") { try await sample.write { try TaskTable($0).insert(stray) } }
            func refused(_ kind: SQLFault.Constraint, _ sql: SQL) async throws {
                try await requireConstraint(kind, sql.text) { try await sample.database.change(sql) }
            }
            try await refused(.check, "UPDATE agent_task SET completed_at = 1 WHERE id = \(first.id)")
            try await refused(.check, "UPDATE agent_task SET completed_at = NULL WHERE id = \(done.id)")
            try await refused(.check, "UPDATE agent_task SET state = 'failed' WHERE id = \(first.id)")
            try await refused(.check, "UPDATE agent_task SET state = 'running' WHERE id = \(first.id)")
            try await refused(.check, "UPDATE agent_task SET state = 'sleeping' WHERE id = \(first.id)")
            try await refused(.check, "UPDATE agent_task SET open_blockers = -1 WHERE id = \(first.id)")
            try await refused(.foreignKey, "UPDATE agent_task SET server = \(Server.ID.random()) WHERE id = \(first.id)")
            try await refused(.notNull, "UPDATE agent_task SET title = NULL WHERE id = \(first.id)")
        },
        Case("lists who waits in a class by urgency, then age, page by page, with the paths that they change") { database in
            let sample = try await Sample(database)
            let priorities: [AgentTask.Priority] = [.low, .critical, .normal, .high, .critical, .normal]
            func content(_ priority: AgentTask.Priority, _ writes: String...) -> AgentTask.Content {
                .init(title: "t", priority: priority, repository: "Web", requirements: .init(writes: WriteScope(writes)))
            }
            var tasks = try priorities.enumerated().map { try sample.task($0.offset + 1, content($0.element)) }
            tasks[3] = try sample.task(4, content(.high, "b", "a/**"))
            let blocked = try sample.task(8, content(.critical))
            try await sample.store(tasks + [try sample.task(7, nil, [.assigned(sample.server.id)])])
            try await sample.write { try TaskTable($0).insert(blocked, openBlockers: 1) }
            let project = sample.project.id
            guard let first = try await sample.read({ try TaskTable($0).nextHead(in: project, afterClass: -1) }) else {
                throw Violation(description: "nobody waits")
            }
            let rest = try await sample.read { try TaskTable($0).following(first, in: project, limit: 100) }
            try requireEqual([first.number] + rest.map(\.head.number), [2, 5, 4, 3, 6, 1], "the order")
            try requireEqual(rest.map(\.writesIn), [nil, "web", nil, nil, nil], "where they write to")
            try requireEqual(rest[1].writes, WriteScope(["a/**", "b"]), "what #4 changes")
            let page = try await sample.read { try TaskTable($0).following(rest[0].head, in: project, limit: 2) }
            try requireEqual(page.map(\.head.number), [4, 3], "the page after #5")
            let writers = try await sample.read { try TaskTable($0).following(first, in: project, writingTo: "web", limit: 9) }
            try requireEqual(writers.map(\.head.number), [4], "the writers after #2")
            let last = try await sample.read { try TaskTable($0).nextHead(in: project, afterClass: first.placementClass) }
            try requireEqual(last, nil, "the next class")
        },
        Case("tells what each server has, and how many slots are given out") { database in
            let sample = try await Sample(database)
            let assigned: AgentTask.Event = .assigned(sample.server.id)
            let running = try sample.task(2, nil, [assigned, .started(planFirst: false)])
            let review = try sample.task(1, nil, [assigned, .started(planFirst: false), .submitted])
            let failed = try sample.task(3, nil, [assigned, .failed])
            let placed = try sample.task(4, nil, [assigned])
            let released = try sample.task(5, nil, [assigned, .released(.byHand)])
            try await sample.store([running, review, failed, placed, released])
            let found = try await sample.read { try TaskTable($0).placed(on: sample.server.id) }
            try requireEqual(found, [review, running, placed], "what the server has")
            let slots = try await sample.read { try TaskTable($0).usedSlots(in: sample.project.id) }
            try requireEqual(slots, [sample.server.id: 2], "slots")
            let counts = try await sample.read { try TaskTable($0).counts(in: sample.project.id) }
            try requireEqual(counts, [.running: 1, .review: 1, .failed: 1, .assigned: 1, .pending: 1], "counts")
        },
        Case("keeps attempts, each closed once") { database in
            let sample = try await Sample(database)
            let now = sample.now
            let task = try sample.task(1, nil, [.assigned(sample.server.id)])
            let again = try sample.task(1, nil, [.assigned(sample.server.id), .failed, .retried, .assigned(sample.server.id)])
            try await sample.store([task])
            try await sample.write { connection in
                let table = AttemptTable(connection)
                try table.open(task, on: sample.server.id, at: now)
                try table.close(task, outcome: .taskFailed, at: now + .seconds(1))
                try table.close(task, outcome: .taskCancelled, at: now + .seconds(2))
                let all = try table.all(of: task.id)
                try requireEqual(all.map(\.number), [1], "numbers")
                try requireEqual(all.map(\.server), [sample.server.id], "servers")
                try requireEqual(all.map(\.outcome), ["task.failed"], "outcomes")
                try requireEqual(all.map(\.closedAt), [now + .seconds(1)], "ends")
            }
            try await requireConstraint(.unique, "a second attempt 1") {
                try await sample.write { try AttemptTable($0).open(task, on: sample.server.id, at: now) }
            }
            try await requireConstraint(.foreignKey, "an attempt of no task") {
                try await sample.write { try AttemptTable($0).open(again, on: sample.server.id, at: now) }
            }
        },
        Case("keeps notes in the order in which they came, even within one millisecond") { database in
            let sample = try await Sample(database)
            let task = try sample.task(1)
            try await sample.store([task])
            let notes = (0..<20).map {
                Note(
                    id: .random(), task: task.id, author: .person(sample.person), content: "note \($0)", isUrgent: $0 == 3,
                    createdAt: sample.now)
            }
            for note in notes { try await sample.write { try NoteTable($0).insert(note) } }
            try requireEqual(try await sample.read { try NoteTable($0).latest(of: task.id, limit: 100) }, notes, "all notes")
            try requireEqual(
                try await sample.read { try NoteTable($0).latest(of: task.id, limit: 2) }, Array(notes.suffix(2)), "the last two")
        },
    ]

    static let listings: [Case] = [
        Case("lists tasks by every filter, and counts the same") { database in
            let sample = try await Sample(database)
            let agent = Actor.agent(on: sample.server)
            let assigned: AgentTask.Event = .assigned(sample.server.id)
            let tasks = [
                try sample.task(1, .init(title: "Größe ändern", spec: "ПРИВЕТ мир")),
                try sample.task(2, .init(title: "100% sure", repository: "Web"), by: agent),
                try sample.task(3, .init(title: "snake_case \\ path"), [assigned]),
                try sample.task(4, .init(title: "100 times sure", repository: "app"), [assigned, .failed]),
                try sample.task(5, .init(title: "snakeXcase"), [.cancelled]),
            ]
            try await sample.store(tasks)
            func numbers(_ change: (inout TaskFilter) -> Void) async throws -> [Int] {
                var filter = TaskFilter(project: sample.project.id)
                change(&filter)
                let changed = filter
                let (found, count) = try await sample.read { (try TaskTable($0).list(changed), try TaskTable($0).count(changed)) }
                if changed.limit >= 100, changed.offset == 0 { try requireEqual(count, found.count, "the count") }
                return found.map(\.number)
            }
            func expect(_ expected: [Int], _ what: String, _ change: (inout TaskFilter) -> Void) async throws {
                try requireEqual(try await numbers(change), expected, what)
            }
            try await expect([5, 4, 3, 2, 1], "everything") { _ in }
            try await expect([1, 2, 3, 4, 5], "oldest first") { $0.newestFirst = false }
            try await expect([], "another project") { $0.project = .random() }
            try await expect([5, 4], "by state") { $0.states = [.failed, .cancelled] }
            try await expect([4, 3], "by server") { $0.server = sample.server.id }
            try await expect([2], "by repository") { $0.repository = "WEB" }
            try await expect([2], "by agent") { $0.creator = sample.server.id.text }
            try await expect([5, 4, 3, 1], "by person") { $0.creator = sample.person.id.text }
            try await expect([3, 2, 1], "before #4") { $0.before = 4 }
            try await expect([2], "a percent sign") { $0.text = "100%" }
            try await expect([3], "an underscore") { $0.text = "SNAKE_case" }
            try await expect([3], "a backslash") { $0.text = "\\ p" }
            try await expect([1], "letters of the title") { $0.text = "GRÖßE Ä" }
            try await expect([1], "letters of the spec") { $0.text = "привет МИР" }
            try await expect([1], "letters as they are written") { $0.text = "ПРИВЕТ" }
            try await expect([], "a quote") { $0.text = "' OR 1 = 1 --" }
            try await expect([4, 3], "a page") { ($0.limit, $0.offset) = (2, 1) }
            try await expect([4], "all of it at once") {
                ($0.states, $0.server, $0.repository, $0.text, $0.before) = ([.failed], sample.server.id, "app", "SURE", 5)
            }
        }
    ]
}

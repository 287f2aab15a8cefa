import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventLogTests {
    private func filled() async throws -> TestHub {
        let test = try await TestHub()
        let server = try await test.server("mac")
        for _ in 0..<5 {
            let task = try await test.create()
            try await test.hub.run(StartTask(task.report), as: server.agent)
            try await test.hub.run(CompleteTask(task.report, result: 1), as: server.agent)
        }
        return test
    }

    @Test("numbers run without gaps, refusals and concurrent writers included, and the chain holds") func chain() async throws {
        let test = try await filled()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<40 {
                group.addTask {
                    // Every other one is refused.
                    _ = try? await test.create(index.isMultiple(of: 2) ? "" : "task")
                }
            }
        }
        let events = try await test.events()
        #expect(events.map(\.sequence) == (1...Int64(events.count)).map(\.self))
        #expect(try await test.hub.verifyAudit().isEmpty)
    }

    // SHA-256 of `{"previous":"abc","project":"1111…","kind":"task.completed","actor":["person","p1","Ada \"A\""],"channel":"rest",` …
    @Test("the hash of an event stays what it was, so that logs written before hold") func form() {
        let subject = Event.Subject(.task, "22222222-2222-4222-8222-222222222222")
        func hash(_ before: String?, _ after: String?, previous: String?) -> String {
            let fact = Event.Fact(
                .taskCompleted, by: Actor(kind: .person, id: "p1", name: #"Ada "A""#), over: .rest, on: subject, before: before,
                after: after, data: ["number": 4])
            return EventChain.hash(
                of: fact, in: .init(stored: "11111111-1111-4111-8111-111111111111"), at: Timestamp(milliseconds: 1_700_000_000_000),
                after: previous)
        }
        let (first, later) = (hash(nil, nil, previous: nil), hash("running", "done", previous: "abc"))
        #expect(first == "4b23520a6edf12cf37f6da037c88c5be119b8250fa6ca0e6ea8bdd4058f46df6")
        #expect(later == "6aa9ed86e16cb9f99cbf15a8642646c60cc3af75295694d5ac359ad25370094b")
    }

    static let tampering: [(SQL, EventChain.Damage?)] = [
        ("UPDATE event SET actor_name = 'Eve' WHERE sequence = 7", .broken(sequence: 7)),
        ("UPDATE event SET data = '{}' WHERE sequence = 7", .broken(sequence: 7)),
        ("DELETE FROM event WHERE sequence = 7", .broken(sequence: 8)),
        ("DELETE FROM event WHERE sequence > 15", .tailCut),
        ("UPDATE audit_head SET hash = 'x', count = 3", .sealForged),
        ("DELETE FROM audit_head", .tailCut),
        ("UPDATE event SET at = at", nil),
    ]

    @Test("an edited or cut log shows", arguments: tampering) func tampered(_ sql: SQL, _ damage: EventChain.Damage?) async throws {
        let test = try await filled()
        try await test.database.write { _ = try $0.execute(sql) }
        #expect(try await test.hub.verifyAudit().map(\.damage) == (damage.map { [$0] } ?? []))
    }

    @Test("secrets do not enter the log") func redacted() async throws {
        let test = try await TestHub()
        let token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
        let task = try await test.create("use \(token) for it")
        let title = try #require(try await test.events().last { $0.fact.subject == .task(task.id) }?.fact.data["title"]?.string)
        #expect(title == "use *** for it")
        #expect(try await test.hub.verifyAudit().isEmpty)
    }

    @Test("a subscriber resumes where it stopped, and what it wrote happens once") func subscriber() async throws {
        let test = try await TestHub()
        try await test.hub.beginFollowing(as: "test")
        let before = Int64(try await test.eventCount())
        _ = try await test.create("one")
        let first = try await seen(by: "test", of: test, count: 1)
        #expect(first == [before + 1])
        let reopened = try await test.reopened()
        _ = try await reopened.create("two")
        _ = try await reopened.create("three")
        #expect(try await seen(by: "test", of: reopened, count: 3) == [before + 1, before + 2, before + 3])
    }

    /// Follows until `count` events are noted in the table of notes, and returns them all.
    private func seen(by name: String, of test: TestHub, count: Int) async throws -> [Int64] {
        try await test.database.write { connection in
            _ = try connection.execute("CREATE TABLE IF NOT EXISTS seen (sequence BIGINT PRIMARY KEY NOT NULL)")
        }
        let follower = Task {
            await test.hub.follow(as: name) { event, transaction in
                try transaction.connection.execute("INSERT INTO seen (sequence) VALUES (\(event.sequence))")
                transaction.connection.raise("seen")
                if event.fact.data["title"] == "broken" { throw HubError.invalid("broken") }
            }
        }
        defer { follower.cancel() }
        for await _ in test.database.observe("seen") {
            let rows = try await test.database.read { try $0.rows("SELECT sequence FROM seen ORDER BY sequence") }
            let found = rows.compactMap { row in if case .integer(let number) = row[0] { number } else { Int64?.none } }
            if found.count >= count { return found }
        }
        return []
    }

    @Test("an event on which a subscriber fails is passed over, and what it wrote for it is undone") func passedOver() async throws {
        let test = try await TestHub()
        try await test.hub.beginFollowing(as: "test")
        let before = Int64(try await test.eventCount())
        for title in ["one", "broken", "three"] { _ = try await test.create(title) }
        #expect(try await seen(by: "test", of: test, count: 2) == [before + 1, before + 3])
    }

    @Test("waiting returns at once when there is something, on an event, or at the deadline") func waiting() async throws {
        let test = try await TestHub()
        let count: @Sendable () async throws -> (Int, isFound: Bool) = {
            let tasks = try await test.hub.ask(CountTasks(in: test.project.id), as: .hub)
            return (tasks[.pending, default: 0], tasks[.pending, default: 0] > 0)
        }
        async let none = test.hub.wait(atMost: .seconds(25), for: count)
        await test.clock.somebodySleeps()
        test.clock.advance(by: .seconds(25))
        #expect(try await none == 0)
        async let one = test.hub.wait(atMost: .seconds(25), for: count)
        await test.clock.somebodySleeps()
        _ = try await test.create()
        #expect(try await one == 1)
        #expect(try await test.hub.wait(atMost: .seconds(25), for: count) == 1)
        #expect(try await test.hub.wait(atMost: .zero, for: count) == 1)
    }
}

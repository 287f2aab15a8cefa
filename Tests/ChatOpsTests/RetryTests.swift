import HubCore
import HubService
import Testing

@testable import ChatOps

/// Pain 3: retry with limits and backoff where a task asks for it, escalation otherwise.
@Suite struct RetryTests {
    private func fail(_ bench: ChatBench, _ options: String = "retry:2") async throws -> (server: Server, view: TaskView, mark: Int64) {
        let server = try await bench.server("mac-2")
        _ = try await bench.say("/new Build it \(options)", as: bench.ada)
        let task = try await bench.hub.ask(GetTask(.number(1, in: bench.web.id)), as: .hub).view
        let mark = try await bench.events()
        return (server, try await bench.fail(task, "no network", on: server), mark)
    }

    @Test("pain 3: the failed card says when it tries again, rings for nobody, and has a button to stop") func planned() async throws {
        let bench = try await ChatBench()
        let (_, view, mark) = try await fail(bench)
        let notices = try await bench.notices(after: mark, label: .short).filter { $0.message != nil }
        let message = try #require(notices.first?.message)
        #expect(notices.count == 1 && message.urgency == .result && !notices[0].isForOwners)
        #expect(message.text.plain.contains("Reason: no network\n🔁 Tries again at 12:04 UTC, attempt 2 of 2."))
        #expect(message.buttons.flatMap { $0 }.map(\.label) == ["Try now", "Reassign", "Stop trying", "Log"])
        #expect(try await bench.say("/task #1", as: bench.ada).words.contains("🔁 Tries again at 12:04 UTC, attempt 2 of 2"))
        #expect(try await bench.say("/why #1", as: bench.ada).words.contains("🔁 Tries again at 12:04 UTC, attempt 2 of 2."))
        _ = view
    }

    @Test("pain 3: the button stops it for those who may, and the message says who did") func stopped() async throws {
        let bench = try await ChatBench()
        let (_, view, _) = try await fail(bench)
        let stop = try #require(
            FailureMessage(view, CardStyle(label: .short, now: bench.clock.now())).message().buttons.flatMap { $0 }
                .first { $0.label == "Stop trying" }?.action)
        #expect(try await bench.press(stop, as: bench.vic).isAlert)
        let edit = try #require(try await bench.press(stop, as: bench.ada).edit)
        #expect(edit.text.plain.hasSuffix("It is not tried again by itself: Ada stopped that."))
        #expect(edit.buttons.flatMap { $0 }.map(\.label) == ["Retry", "Reassign", "Log"])
        #expect(try await bench.press(stop, as: bench.ada).toast?.contains("is not tried again by itself") == true)
        #expect(try await bench.view(view).retry?.due == nil)
    }

    @Test("pain 3: after the last attempt people are told, and the owners in private") func exhausted() async throws {
        let bench = try await ChatBench()
        let (server, view, _) = try await fail(bench)
        _ = try await bench.say("/new Ship it after:#1", as: bench.ada)
        bench.clock.advance(by: .seconds(60))
        try await bench.hub.run(TryAgain(view.task.id), as: .hub)
        let mark = try await bench.events()
        _ = try await bench.fail(try await bench.view(view), "no network", on: server)
        let notices = try await bench.notices(after: mark, label: .short).filter { $0.message != nil }
        let (failure, escalation) = (try #require(notices.first), try #require(notices.last))
        #expect(notices.count == 2 && !failure.isForOwners && failure.message?.urgency == .decision)
        #expect(
            failure.message?.text.plain.contains("It gave up after 2 attempts.\n⛔ Holds up, until somebody decides:\n• #2 Ship it") == true)
        #expect(escalation.isForOwners && escalation.message?.urgency == .decision)
        #expect(escalation.message?.text.plain.hasPrefix("🚨 #1 gave up after 2 attempts: Build it\nYou are told as an owner.") == true)
    }

    @Test("what waits for it says that it is tried again") func downstream() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        _ = try await bench.say("/new Build it retry:3,5m", as: bench.ada)
        _ = try await bench.say("/new Ship it after:#1", as: bench.ada)
        let task = try await bench.hub.ask(GetTask(.number(1, in: bench.web.id)), as: .hub).view
        _ = try await bench.fail(task, "no", on: server)
        let why = try await bench.say("/why #2", as: bench.ada)
        #expect(why.words.contains("It waits for:\n• #1 Build it: has failed, and is tried again at 12:08 UTC\n"))
    }

    @Test(
        "the option word says how often, and how long the first pause is",
        arguments: [
            ("retry:3", RetryPolicy(attempts: 3)), ("retry:2,90s", .init(attempts: 2, start: 90)),
            ("retry:2,5m", .init(attempts: 2, start: 300)), ("retry:5,2h", .init(attempts: 5, start: 7200)),
        ])
    func words(word: String, policy: RetryPolicy) throws {
        let (title, options) = try TaskOptions.split("Build it \(word)")
        #expect(title == "Build it" && options.retry == policy && options.words == [word])
        #expect(options.content(title: title, spec: "").retry == policy)
        #expect(options.phrases == ["\(policy.attempts) attempts"])
    }

    @Test(
        "what makes no policy is refused with an example",
        arguments: ["retry:", "retry:x", "retry:3,5", "retry:3,5m,1", "retry:21", "retry:2,2d"])
    func wrong(word: String) {
        #expect(throws: UsageError.self) { try TaskOptions.split("Build it \(word)") }
    }
}

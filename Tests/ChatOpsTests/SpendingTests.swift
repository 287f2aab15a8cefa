import HubCore
import HubService
import Testing

@testable import ChatOps

/// Pain 8: caps pause and ask, and people see what was spent.
@Suite struct SpendingTests {
    private func spend(_ bench: ChatBench, _ cost: String, on task: TaskView, _ server: Server) async throws -> ReportUsage.Outcome {
        let usage = Usage(tokensIn: 120_000, tokensOut: 3000, cost: try #require(Money(decimal: cost)))
        return try await bench.hub.run(
            ReportUsage(.init(.id(task.task.id)), UsageReport(usage, model: "large")), as: .agent(server, over: .rest))
    }

    private func running(_ bench: ChatBench, _ options: String = "cap:5") async throws -> (view: TaskView, server: Server) {
        let server = try await bench.server("mac-2")
        _ = try await bench.say("/new Build it \(options)", as: bench.ada)
        let view = try await bench.hub.run(StartTask(.init(.number(1, in: bench.web.id))), as: .agent(server, over: .rest)).view
        return (view, server)
    }

    @Test("pain 8: a breach is one card with what was spent and three buttons, and a press decides") func breach() async throws {
        let bench = try await ChatBench()
        let (view, server) = try await running(bench)
        let mark = try await bench.events()
        _ = try await spend(bench, "5.10", on: view, server)
        let told = try await bench.notices(after: mark, label: .short).filter { $0.message != nil }
        let message = try #require(told.first?.message)
        #expect(told.count == 1 && message.urgency == .decision)
        #expect(
            message.text.plain.hasPrefix(
                "💰 #1 has reached a cap: Build it\n#1 has spent 5.10 of its cap 5.00 USD. May it go on?\nPress an option"))
        #expect(message.buttons.flatMap { $0 }.map(\.label) == ["Raise the cap to 7.65", "Go on this once", "Stop the task"])
        let raise = try #require(message.buttons.first?.first?.action)
        #expect(try await bench.press(raise, as: bench.vic).isAlert)
        let pressed = try await bench.press(raise, as: bench.ada)
        #expect(pressed.toast == "Answered." && pressed.edit?.buttons.isEmpty == true)
        #expect(try await bench.view(view).task.state == .running)
        #expect(
            try await bench.say("/task #1", as: bench.ada).words.contains(
                "💰 Spent 5.10 of 7.65 USD · 120\u{202F}000 tokens in, 3\u{202F}000 out"))
        let done = try await bench.complete(view, "done", on: server)
        #expect(
            ResultMessage(done, CardStyle(label: .short, now: bench.clock.now())).message().text.plain.contains("💰 Spent 5.10 of 7.65 USD"))
    }

    @Test("an answer that is none of the options is refused with the options") func answers() async throws {
        let bench = try await ChatBench()
        let (view, server) = try await running(bench)
        _ = try await spend(bench, "5", on: view, server)
        #expect(
            try await bench.say("/answer #1 sure", as: bench.ada).words.contains(
                "“sure” is no answer to this: choose one of “Raise the cap to 7.50”"))
        _ = try await bench.say("/answer #1 stop the task", as: bench.ada)
        #expect(try await bench.view(view).task.state == .cancelled)
    }

    @Test("pain 8: what the day's cap holds back says so, with buttons for owners") func held() async throws {
        let bench = try await ChatBench()
        _ = try await bench.say("/settings day_cap 2", as: bench.olga)
        let (view, server) = try await running(bench, "")
        _ = try await spend(bench, "2.50", on: view, server)
        _ = try await bench.say("/new Ship it", as: bench.ada)
        let why = try await bench.say("/why #2", as: bench.olga)
        #expect(why.words.contains("⛔ It has reached the project's cap of 2.00 USD for "))
        #expect(why.words.contains(": 2.50 spent; it goes on with the next day, or an owner raises day_cap."))
        #expect(why.buttons.map(\.label) == ["Raise the day's cap to 3.75", "Go on today"])
        #expect(try await bench.say("/why #2", as: bench.ada).buttons.isEmpty)
        let once = try #require(why.button("Go on today"))
        #expect(try await bench.press(once, as: bench.ada).isAlert)
        let edit = try #require(try await bench.press(once, as: bench.olga).edit)
        #expect(edit.text.plain.hasSuffix("Olga lets it go on this once."))
        #expect(try await bench.hub.ask(GetTask(.number(2, in: bench.web.id)), as: .hub).view.task.state == .assigned)
    }

    @Test("pain 8: what waits at a cap is one notice with the number of tasks, a button for owners, and its end in the same message")
    func waiting() async throws {
        let bench = try await ChatBench()
        _ = try await bench.say("/settings day_cap 2", as: bench.olga)
        let (view, server) = try await running(bench, "")
        _ = try await spend(bench, "2.50", on: view, server)
        let mark = try await bench.events()
        _ = try await bench.say("/new Ship it", as: bench.ada)
        _ = try await bench.say("/new Pack it", as: bench.ada)
        let told = try await bench.notices(after: mark, label: .short).filter { $0.message != nil }
        let message = try #require(told.first?.message)
        #expect(told.count == 1 && message.urgency == .decision && told.first?.key != nil)
        #expect(
            message.text.plain == """
                💰 web has spent 2.50 of its 2.00 USD for 2026-11-22: 2 tasks wait.
                • #2 Ship it
                • #3 Pack it
                It goes on with the next day. An owner can raise day_cap, or let a single task go: /spend and its number.
                """)
        #expect(message.buttons.flatMap { $0 }.map(\.label) == ["Raise the day's cap to 3.75"])
        let raise = try #require(message.buttons.first?.first?.action)
        #expect(try await bench.press(raise, as: bench.ada).isAlert)
        let pressed = try await bench.press(raise, as: bench.olga)
        #expect(pressed.toast == "day_cap is 3.75 now." && !pressed.isAlert && pressed.edit == nil)
        #expect(try await bench.hub.ask(GetTask(.number(3, in: bench.web.id)), as: .hub).view.task.state == .assigned)
        let after = try await bench.notices(after: mark, label: .short).filter { $0.key != nil && $0.key == told.first?.key }
        #expect(after.count == 1, "the first has nothing to say any more, its end has")
        #expect(
            after.first?.message?.text.plain
                == "💰 web had spent 2.50 of 2.00 USD for 2026-11-22.\nOlga set day_cap to 3.75: what waited goes on.")
        #expect(after.first?.message?.buttons.isEmpty == true && after.first?.message?.urgency == .card)
        let late = try await bench.press(raise, as: bench.olga)
        #expect(late.isAlert && late.words.contains("day_cap is 3.75 already"))
        #expect(try await bench.say("/spend raise day_cap 5", as: bench.olga).words == "💰 web: Olga set day_cap to 5.00.")
        for (line, words) in [
            ("raise", "say which cap and how much"), ("raise task_cap 5", "say which cap and how much"),
            ("raise day_cap much", "“much” is no amount"), ("raise day_cap 5 mars", "There is no such thing"),
        ] {
            let reply = try await bench.say("/spend \(line)", as: bench.olga).words
            #expect(reply.lowercased().contains(words.lowercased()), "\(reply)")
        }
    }

    @Test("pain 8: a card whose cap somebody raised elsewhere says so, and loses its buttons") func raisedElsewhere() async throws {
        let bench = try await ChatBench()
        _ = try await bench.say("/settings day_cap 2", as: bench.olga)
        let (view, server) = try await running(bench, "")
        _ = try await spend(bench, "2.50", on: view, server)
        let mark = try await bench.events()
        _ = try await bench.say("/spend raise day_cap 5", as: bench.olga)
        #expect(try await bench.view(view).task.state == .running)
        let notices = try await bench.notices(after: mark, label: .short)
        let card = try #require(notices.flatMap(\.redraws).compactMap(\.message).first { $0.text.plain.contains("has reached a cap") })
        #expect(
            card.text.plain.contains(
                "\n✍️ 12:03 UTC: The project's cap for a day was raised to 5.00 USD by Olga; the task goes on.\n"))
        #expect(card.buttons.isEmpty && card.urgency == .card)
    }

    @Test("pain 8: what the hub's own cap holds says who can raise it, and how, and later that it was raised") func fleet() async throws {
        let bench = try await ChatBench(spending: SpendingRules(dayCap: Money(decimal: "2")))
        let (view, server) = try await running(bench, "")
        let mark = try await bench.events()
        _ = try await spend(bench, "2.50", on: view, server)
        let how =
            "whoever runs the hub raises spending.day_cap in its configuration file, or ORCHESTRATIA_SPENDING_DAY_CAP, and restarts it"
        let card = try #require(try await bench.notices(after: mark, label: .short).compactMap(\.message).first)
        #expect(card.text.plain.contains("This hub has spent 2.50 of its cap 2.00 USD for 2026-11-22; #1 pauses. May it go on?"))
        #expect(
            card.text.plain.contains("\nOnly an administrator lets it go on today. For all tasks \(how): then this goes on by itself.\n"))
        #expect(card.buttons.flatMap { $0 }.map(\.label) == ["Go on today", "Stop the task"])
        let later = try await bench.events()
        _ = try await bench.say("/new Ship it", as: bench.ada)
        let notice = try #require(try await bench.notices(after: later, label: .short).first { $0.key != nil })
        #expect(
            notice.message?.text.plain == """
                💰 This hub has spent 2.50 of its 2.00 USD for 2026-11-22: 1 task waits in web.
                • #2 Ship it
                It goes on with the next day in UTC, or when \(how). An administrator can let a single task go: /spend and its number.
                """)
        #expect(notice.message?.buttons.isEmpty == true)
        #expect(try await bench.say("/why #2", as: bench.ada).words.contains("or when \(how)."))

        let rules = SpendingRules(dayCap: Money(decimal: "9"))
        let restarted = Hub(database: bench.hub.database, vault: bench.hub.vault, clock: bench.clock, spending: rules)
        let end = try await bench.events()
        try await restarted.watchServers()
        #expect(try await bench.view(view).task.state == .running)
        let told = try await bench.notices(after: end, label: .short, spending: rules)
        #expect(
            told.first { $0.key == notice.key }?.message?.text.plain
                == "💰 This hub had spent 2.50 of 2.00 USD for 2026-11-22.\nspending.day_cap is 9.00 now: what waited goes on.")
        let sentence = "The hub's cap for a day was raised to 9.00 USD in the hub's configuration; the task goes on."
        #expect(
            told.flatMap(\.redraws).contains { $0.message?.text.plain.contains(sentence) == true && $0.message?.buttons.isEmpty == true })
    }

    @Test("pain 8: a next attempt that its task's own cap holds back asks with buttons for members") func attempt() async throws {
        let bench = try await ChatBench()
        let (view, server) = try await running(bench)
        _ = try await spend(bench, "5.10", on: view, server)
        _ = try await bench.say("/answer #1 once", as: bench.ada)
        _ = try await bench.fail(view, "no", on: server)
        let mark = try await bench.events()
        try await bench.hub.run(RetryTask(.id(view.task.id)), as: .hub)
        let told = try await bench.notices(after: mark, label: .short).filter { $0.message != nil }
        let message = try #require(told.first?.message)
        #expect(told.count == 1 && message.urgency == .decision)
        #expect(
            message.text.plain.hasPrefix(
                "💰 #1 waits at its cap: Build it\nIt has spent 5.10 of its cap 5.00 USD: attempt 2 does not begin.\nMay it go on?\n"))
        #expect(message.buttons.flatMap { $0 }.map(\.label) == ["Raise the cap to 7.65", "Go on this once", "Cancel #1"])
        let once = try #require(message.buttons.first?.last?.action)
        #expect(try await bench.press(once, as: bench.vic).isAlert)
        _ = try await bench.press(once, as: bench.ada)
        #expect(try await bench.view(view).task.state == .assigned)
        let after = try await bench.notices(after: mark, label: .short).filter { $0.key != nil && $0.key == told.first?.key }
        #expect(after.map { $0.message?.text.plain.contains("\nAda lets it go on.\n") } == [true])
        #expect(after.first?.message?.buttons.isEmpty == true)
    }

    @Test("/spend shows the project by day and task, and a task by count") func shown() async throws {
        let bench = try await ChatBench()
        #expect(try await bench.say("/spend", as: bench.vic).words.hasSuffix("No agent has reported anything yet."))
        _ = try await bench.say("/settings project_cap 100", as: bench.olga)
        let (view, server) = try await running(bench)
        _ = try await spend(bench, "1.25", on: view, server)
        let all = try await bench.say("/spend", as: bench.vic).words
        #expect(all.hasPrefix("💰 Spending of web\nToday, "))
        #expect(all.contains(": 1.25 USD · 120\u{202F}000 tokens in, 3\u{202F}000 out\nIn all: 1.25 of 100.00 USD"))
        #expect(all.hasSuffix("Dearest tasks\n#1 Build it: 1.25 USD"))
        let one = try await bench.say("/spend #1", as: bench.vic).words
        #expect(one.contains("💰 Spent 1.25 of 5.00 USD") && one.contains("\nAttempt 1 · large: 1.25 USD · 120\u{202F}000 tokens in"))
        #expect(try await bench.say("/spend #1 once", as: bench.ada).words.contains("no cap keeps it from going on"))
        #expect(try await bench.say("/spend #1 more", as: bench.ada).words.contains("is neither raise nor once"))
    }

    @Test("the option word caps a task", arguments: [("cap:5", "5.00"), ("cap:2.50", "2.50"), ("cap:0", "0.00")])
    func words(word: String, cap: String) throws {
        let (title, options) = try TaskOptions.split("Build it \(word)")
        #expect(title == "Build it" && options.spendCap?.description == cap)
        #expect(options.content(title: title, spec: "").spendCap == options.spendCap)
        #expect(throws: UsageError.self) { try TaskOptions.split("Build it cap:much") }
    }
}

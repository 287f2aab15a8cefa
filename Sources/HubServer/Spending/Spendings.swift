import HubCore
import HubService
import WireProtocol

/// What agents have used up, and the caps on it.
enum Spendings {
    /// What an agent has used in its attempt so far.
    static let report: RouteTable.Handler = { call in
        let body = try UsageBody(json: try call.json())
        let outcome = try await call.run(ReportUsage(AgentReport(try await call.task(), attempt: body.attempt), body.report))
        let (task, spending) = (outcome.view.task, outcome.view.spending)
        return Reply(
            .object(
                [
                    .init("task_id", JSONValue(task.id)), .init("attempt", JSONValue(outcome.attempt)),
                    .init("attempt_over", JSONValue(outcome.isAttemptOver)),
                    .init("status", .string(task.state.rawValue)),
                ] + (spending?.usage ?? .zero).wire + [
                    .init("currency", JSONValue(spending?.currency)), .init("cap", JSONValue(spending?.cap?.description)),
                    .init("paused", JSONValue(outcome.intervention != nil)),
                    .init("intervention_id", JSONValue(outcome.intervention?.id)),
                    .init("question", JSONValue(outcome.intervention?.content.question)),
                    .init("repeated", JSONValue(outcome.isRepetition)),
                ]))
    }

    /// What a project has spent.
    static let project: RouteTable.Handler = { call in
        let limit = try call.query.int("days", in: 1...366) ?? 30
        let answer = try await call.ask(GetSpending(in: try await call.project(), limit: limit))
        func day(_ day: GetSpending.Day) -> JSONValue { .object([.init("day", .string(day.name))] + day.usage.wire) }
        return Reply([
            "project_id": JSONValue(answer.project.id), "project": .string(answer.project.name), "currency": .string(answer.currency),
            "total": .object(answer.total.wire), "today": day(answer.today), "caps": .array(answer.caps.map(\.wire)),
            "task_cap": JSONValue(answer.project.settings.taskCap?.description), "days": .array(answer.days.map(day)),
            "tasks": .array(
                answer.tasks.map { task, usage in
                    .object(
                        [
                            .init("id", JSONValue(task.id)), .init("number", JSONValue(task.number)),
                            .init("title", .string(task.content.title)), .init("status", .string(task.state.rawValue)),
                        ] + usage.wire)
                }),
        ])
    }

    /// What a task has spent, count by count.
    static let task: RouteTable.Handler = { call in
        try await reply(to: try await call.ask(GetTaskSpending(try await call.task())))
    }

    /// `{"choice": "raise" or "once"}` lets a task go on that a cap holds back; `stop` cancels one that waits for the answer.
    static let decide: RouteTable.Handler = { call in
        guard let choice = try Fields(try call.json()).word("choice", Intervention.Spending.Choice.self) else {
            throw Problem(422, "choice is missing: one of \(Intervention.Spending.Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let task = try await call.task()
        _ = try await call.run(LetSpend(task, choice))
        return try await reply(to: try await call.ask(GetTaskSpending(task)))
    }

    private static func reply(to answer: GetTaskSpending.Answer) async throws -> Reply {
        let task = answer.view.task
        return Reply(
            .object(
                [
                    .init("task_id", JSONValue(task.id)), .init("number", JSONValue(task.number)),
                    .init("status", .string(task.state.rawValue)),
                ] + answer.spending.usage.wire + [
                    .init("currency", .string(answer.spending.currency)), .init("cap", JSONValue(answer.spending.cap?.description)),
                    .init("reached", answer.reached?.wire ?? .null),
                    .init(
                        "counts",
                        .array(
                            answer.entries.map { entry in
                                .object(
                                    [
                                        .init("attempt", JSONValue(entry.attempt)), .init("model", .string(entry.model)),
                                        .init("run", .string(entry.run)),
                                    ] + entry.usage.wire + [.init("reported_at", JSONValue(entry.reportedAt))])
                            })),
                ]))
    }
}

extension TaskView.Spending {
    /// `spending` of a task.
    var wire: JSONValue {
        .object(usage.wire + [.init("currency", .string(currency)), .init("cap", JSONValue(cap?.description))])
    }
}

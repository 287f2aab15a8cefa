import ArgumentParser
import HubCore

struct TaskUsage: AgentCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Say what the attempt has used so far.",
        discussion: """
            The numbers are totals of the attempt, not what came since the last time, so a report that is repeated counts once. Name the
            model where there are several, and each --run where you count in several places or begin to count anew.
            """)

    @OptionGroup var task: TaskArgument

    @Option(help: ArgumentHelp("Tokens read so far.", valueName: "count"))
    var tokensIn: Int?

    @Option(help: ArgumentHelp("Tokens written so far.", valueName: "count"))
    var tokensOut: Int?

    @Option(help: ArgumentHelp("What that has cost so far, as a decimal number such as 0.42.", valueName: "amount"))
    var cost: String?

    @Option(help: ArgumentHelp("What the cost is counted in; the hub refuses another currency than its own.", valueName: "code"))
    var currency: String?

    @Option(help: "The model that used it.")
    var model: String?

    @Option(help: "Which of several counts this is.")
    var run: String?

    func validate() throws {
        guard tokensIn != nil || tokensOut != nil || cost != nil else {
            throw ValidationError("say what was used: --tokens-in, --tokens-out or --cost")
        }
        guard (tokensIn ?? 0) >= 0, (tokensOut ?? 0) >= 0 else { throw ValidationError("tokens are counted from 0") }
        if let cost, Money(decimal: cost) == nil { throw ValidationError("--cost takes a decimal number such as 0.42, not \"\(cost)\"") }
    }

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.report(
            "usage", on: task.id,
            [
                ("tokens_in", tokensIn.map { JSONValue($0) }), ("tokens_out", tokensOut.map { JSONValue($0) }),
                ("cost", cost.map(JSONValue.string)), ("currency", currency.map(JSONValue.string)), ("model", model.map(JSONValue.string)),
                ("run", run.map(JSONValue.string)),
            ])
        invocation.show(answer) { console in
            let spent = "\(answer["cost"]?.string ?? "0.00") \(answer["currency"]?.string ?? "")"
            let cap = answer["cap"]?.string.map { " of \($0)" } ?? ""
            let counted = "Counted: the task is at \(spent)\(cap)."
            if answer["attempt_over"]?.bool == true { return "\(counted)\nThis attempt is over: do nothing more for it." }
            guard answer["paused"]?.bool == true, let id = answer["intervention_id"]?.string else { return counted }
            return """
                \(counted)
                \(console.style("Pause here: a person was asked whether it may go on.", .yellow))
                Wait for the answer: orchestratia intervention view \(id.prefix(8)) --wait 60
                """
        }
    }
}

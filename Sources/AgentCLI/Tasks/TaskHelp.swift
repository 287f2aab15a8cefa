import ArgumentParser
import HubCore

struct TaskHelp: AgentCommand {
    static let configuration = CommandConfiguration(
        commandName: "help", abstract: "Ask a person, and wait for the answer with --wait.",
        discussion: "A question of type `question` may also be answered by another agent.")

    enum Kind: String, ExpressibleByArgument, CaseIterable { case help, question, approval }

    @OptionGroup var task: TaskArgument

    @Option(parsing: .unconditional, help: "The question.")
    var question: String

    @Option(parsing: .unconditional, help: "What one has to know to answer.")
    var context: String?

    @Option(help: "help, question or approval.")
    var type: Kind = .help

    @Option(parsing: .unconditionalSingleValue, help: ArgumentHelp("An answer to choose from; repeat it.", valueName: "id=label"))
    var option: [String] = []

    @Option(name: .customLong("default"), help: ArgumentHelp("The option that is taken when nobody answers in time.", valueName: "id"))
    var defaultOption: String?

    @Option(help: ArgumentHelp("How long there is time to answer.", valueName: "seconds"))
    var deadline: Int?

    @Option(help: "How urgent it is: low, normal or high.")
    var urgency: String?

    @Flag(help: "Wait until it is answered, and print the answer.")
    var wait = false

    @Option(help: ArgumentHelp("With --wait: give up waiting after so long, with exit code 1. The question stays.", valueName: "seconds"))
    var timeout: Int?

    func validate() throws {
        for text in option where choice(text) == nil { throw ValidationError("--option takes ID=LABEL, not \"\(text)\"") }
        if let defaultOption, !option.compactMap({ choice($0)?["id"]?.string }).contains(defaultOption) {
            throw ValidationError("--default names none of the options")
        }
        guard (timeout ?? 0) >= 0, (deadline ?? 1) > 0 else { throw ValidationError("--timeout and --deadline take a number of seconds") }
    }

    private func choice(_ text: String) -> JSONValue? {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard let id = parts.first, let label = parts.last, !id.isEmpty, !text.hasPrefix("=") else { return nil }
        return ["id": .string(id), "label": .string(label)]
    }

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in
            let asked = try await invocation.report(
                "help", on: task.id,
                [
                    ("question", .string(question)), ("intervention_type", .string(type.rawValue)),
                    ("context", context.map(JSONValue.string)),
                    ("options", JSONValue.unlessEmpty(option.compactMap(choice))),
                    ("default_option", defaultOption.map(JSONValue.string)), ("deadline_seconds", deadline.map { JSONValue($0) }),
                    ("urgency", urgency.map(JSONValue.string)),
                ], over: hub)
            guard let id = asked["intervention_id"]?.string else {
                throw Failure.sentence("the hub took the question, but gave no intervention_id for it")
            }
            return wait ? try await InterventionWait(id: id, seconds: timeout).answer(over: hub) : asked
        }
        invocation.show(answer) { console in
            if wait { return InterventionText(intervention: answer, console: console).answer }
            let id = answer["intervention_id"]?.string ?? ""
            return """
                Asked [\(answer["status"]?.string ?? "pending")]  \(id)
                Wait for the answer: orchestratia intervention view \(id.prefix(8)) --wait 60
                """
        }
    }
}

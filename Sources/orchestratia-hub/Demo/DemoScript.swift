import TelegramSimulator

/// A whole conversation that plays itself: what the demo shows, as a readable transcript, and the smoke test of a fresh machine.
struct DemoScript: Sendable {
    let telegram: DemoTelegram

    var simulator: Simulator { telegram.simulator }

    func play(pairingCode: String, _ pipeline: DemoPipeline) async throws {
        printLine("Ada pairs with the hub, and becomes its administrator.")
        var last = try await ask("/start \(pairingCode)", by: telegram.ada) { $0.text.contains("administrator") }
        last = try await ask("/servers", by: telegram.ada) { $0.text.contains("demo-server") }

        printLine("\nA task goes to the agent, which plans first, then asks, then works.")
        _ = try await say("/new Fix the login redirect !high !plan repo:web env:staging", by: telegram.ada)
        last = try await expect("the plan", by: telegram.ada, after: last) { $0.buttons.contains("Approve") }

        printLine("\nShe looks at the agent's terminal: in a list, as a picture, and live.")
        _ = try await ask("/sessions", by: telegram.ada) { $0.text.contains("task-1") }
        _ = try await ask("/screen #1", by: telegram.ada) { $0.attachment?.kind == .photo }
        _ = try await ask("/tail #1", by: telegram.ada) { $0.text.contains("The plan is handed in") }
        try await press("Approve", on: last, by: telegram.ada)
        last = try await expect("the agent's question", by: telegram.ada, after: last) { $0.buttons.contains("Keep the old links") }
        try await press("Keep the old links", on: last, by: telegram.ada)
        last = try await expect("the result", by: telegram.ada, after: last) {
            $0.text.contains("You said: Keep") || $0.text.contains("you said: Keep")
        }

        printLine("\nGrace is invited to look on. She may not decide.")
        last = try await ask("/invite viewer", by: telegram.ada) { $0.text.contains("start=") }
        guard
            let code = last.text.split(separator: "start=").last.map({ $0.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" } })
        else { throw Failure("the invitation holds no code") }
        _ = try await ask("/start \(code)", by: telegram.grace) { $0.text.lowercased().contains("viewer") }
        _ = try await ask("/cancel #1", by: telegram.grace) { $0.isFromBot }

        printLine("\nThe next task fails once. A reply sends the plan back, a button starts the second attempt.")
        last = try await say("/new Let expired cards be refused politely !plan", by: telegram.ada)
        last = try await expect("the plan", by: telegram.ada, after: last) { $0.buttons.contains("Approve") }
        _ = try await say("Run the payment tests twice", by: telegram.ada, replyTo: last)
        last = try await expect("the changed plan", by: telegram.ada, after: last) {
            $0.buttons.contains("Approve") && $0.text.contains("Run the payment tests twice")
        }
        try await press("Approve", on: last, by: telegram.ada)
        last = try await expect("the failure", by: telegram.ada, after: last) {
            $0.buttons.contains { $0.contains("Retry") } && $0.text.contains("failed")
        }
        try await press(last.buttons.first { $0.contains("Retry") } ?? "Retry", on: last, by: telegram.ada)
        last = try await confirm("retry", by: telegram.ada)
        last = try await expect("the third plan", by: telegram.ada, after: last) { $0.buttons.contains("Approve") }
        try await press("Approve", on: last, by: telegram.ada)
        last = try await expect("the result", by: telegram.ada, after: last) { $0.text.contains("second run passed") }

        try await play(pipeline)

        printLine("\nHow things stand.")
        _ = try await ask("/tasks done", by: telegram.ada) { $0.text.contains("Let expired cards") }
        _ = try await ask("/status", by: telegram.ada) { $0.isFromBot }
        printLine(
            "\nThat was the whole story: nothing in it was made up for the script. `orchestratia-hub demo` lets you play it yourself.")
    }
}

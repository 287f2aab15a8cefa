import TelegramSimulator

extension DemoScript {
    /// Twelve tasks of one file: what waits for what, data handed on, and the three times that a person is needed.
    func play(_ pipeline: DemoPipeline) async throws {
        let ada = telegram.ada
        printLine(
            "\nA file of twelve tasks that wait for each other and hand data on. What would come of it is said before anything is made.")
        let sent = try await upload(pipeline, by: ada)
        let check = try await expect("the dry run", by: ada, after: sent) { $0.buttons.contains("Create 12 tasks") }
        try await press("Create 12 tasks", on: check, by: ada)
        _ = try await see("the pipeline's card", check, by: ada) { $0.text.contains("of 12 done") }

        printLine(
            "\nThe agent of the first task wants its plan approved. Why does the app wait meanwhile, and what does the whole look like?")
        let plan = try await expect("the plan", by: ada, after: check) { $0.buttons.contains("Approve") }
        _ = try await ask("/why #7", by: ada) { $0.text.contains("It waits for") }
        _ = try await ask("/graph P1", by: ada) { $0.attachment?.kind == .photo }
        try await press("Approve", on: plan, by: ada)

        printLine(
            "\nWhat a task hands on is checked. One agent was refused, and mended it by itself; another's page shows what it was handed.")
        _ = try await expect("the prices", by: ada, after: check) {
            $0.text.contains("done:") && $0.text.contains("My first try was refused")
        }
        _ = try await expect("the page", by: ada, after: check) {
            $0.text.contains("done:") && $0.text.contains("The page shows")
        }

        printLine("\nThe test fails, and holds up all that comes behind it until somebody decides. Ada lets it run again.")
        let failure = try await expect("the failure", by: ada, after: check) {
            $0.buttons.contains("Retry") && $0.text.contains("failed:")
        }
        _ = try await ask("/why #13", by: ada) { $0.text.contains("Held by") }
        try await press("Retry", on: failure, by: ada)
        _ = try await confirm("retry", by: ada)

        printLine("\nThe last but one asks for a look at its result.")
        let review = try await expect("the result for review", by: ada, after: failure) {
            $0.buttons.contains("Approve") && $0.text.contains("wants a review")
        }
        try await press("Approve", on: review, by: ada)
        _ = try await expect("the last task", by: ada, after: review) {
            $0.text.contains("done:") && $0.text.contains("Told the team")
        }
        _ = try await expect("the end", by: ada, after: review) { $0.text.contains("all 12 tasks are done") }
        _ = try await see("the finished card", check, by: ada) { $0.text.contains("12 of 12 done") }
    }
}

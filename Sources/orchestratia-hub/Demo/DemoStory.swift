import HubCore

/// What the demo's agent says.
enum DemoStory {
    static func plan(for title: String, feedback: String?) -> String {
        var lines = [
            "Goal: \(title)", "",
            "1. Reproduce it with a failing test in LoginTests.",
            "2. Keep the return address through the password reset: store it in the session, not in the URL.",
            "3. Refuse addresses of other sites, so that nobody is sent away after signing in.",
            "4. Run the whole suite, and the browser tests of the sign-in page.",
            "",
            "Files: Sources/Web/Login.swift, Sources/Web/Session.swift, Tests/WebTests/LoginTests.swift",
            "Risk: links in old e-mails carry the return address in the URL. I will ask what to do with them.",
        ]
        if let feedback { lines += ["", "Changed as you asked: \(feedback)"] }
        return lines.joined(separator: "\n")
    }

    static let question = "Links in e-mails that were sent before this change carry the return address in the URL. Keep them working?"
    static let context = "About 1 200 such links were sent in the last week. Keeping them needs a second, older check of the address."

    static let failure = """
        The tests do not pass: 1 of 48 failed.
        Test Case 'CheckoutTests.refusesAnExpiredCard' started.
        Tests/WebTests/CheckoutTests.swift:88: error: expected status 402, found 500
          request: POST /checkout (card 4000 0000 0000 0069)
          cause: the payment sandbox closed the connection
        Test Case 'CheckoutTests.refusesAnExpiredCard' failed (2.214 seconds).
        Executed 48 tests, with 1 failure in 31.7 seconds
        """

    static func result(answer: String?) -> JSONValue {
        let summary =
            answer.map { "Done. About the old links you said: \($0)" } ?? "Done. The second run passed: the payment sandbox answered."
        return [
            "summary": .string(summary),
            "changes": [
                "files_modified": ["Sources/Web/Login.swift", "Sources/Web/Session.swift"],
                "files_created": ["Tests/WebTests/LoginTests.swift"], "files_deleted": [],
            ],
            "tests": ["passed": 48, "failed": 0, "skipped": 0],
        ]
    }
}

import HubCore
import Testing

@testable import HubService

@Suite struct RedactorTests {
    private static let body = String(repeating: "aB3dE5gH", count: 6)

    static let secrets: [(String, String)] = [
        ("https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0/getMe", "https://api.telegram.org/bot***/getMe"),
        ("token 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0.", "token ***."),
        ("orc_\(body) and orcapi_\(body)", "*** and ***"),
        ("orcreg_aHR0cDovLzEyNw.\(body)", "***"),
        ("sk-ant-api03-\(body)", "***"),
        ("ghp_\(body)", "***"),
        ("github_pat_\(body)", "***"),
        ("glpat-\(body)", "***"),
        ("xoxb-12345-\(body)", "***"),
        ("AKIAIOSFODNN7EXAMPLE is the key", "*** is the key"),
        ("AIzaSyD-\(body)", "***"),
        ("sk_live_\(body)", "***"),
        ("npm_\(body)", "***"),
        ("pypi-\(body)", "***"),
        ("hf_\(body)", "***"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "***"),
        ("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb", "a\n***\nb"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE cut off", "***"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer ***"),
        ("curl -H 'authorization: token abcdefgh12345678'", "curl -H 'authorization: token ***'"),
        ("sent bearer abcdefghijklmnopqrst", "sent bearer ***"),
        ("postgres://ada:hunter2@db.example/app", "postgres://ada:***@db.example/app"),
        ("DB_PASSWORD=swordfish", "DB_PASSWORD=***"),
        ("password: \"correct horse\"", "password: \"*** horse\""),
        ("\"api_key\": \"abcdef123456\"", "\"api_key\": \"***\""),
        ("password: hunter22", "password: ***"),
    ]

    @Test("masks secrets", arguments: secrets) func masks(_ text: String, _ expected: String) {
        #expect(Redactor.redact(text) == expected)
    }

    @Test(
        "leaves other text alone",
        arguments: [
            "the password is required", "Ask for the secret handshake: it is a joke", "let password: String", "token.refresh()",
            "3f1c2a84-9d5e-4b7a-8c6d-0e1f2a3b4c5d", "2026-11-22T12:03:04.567Z",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "--- a/Sources/Key.swift\n+++ b/Sources/Key.swift\n@@ -1,3 +1,3 @@\n-let a = 1\n+let b = 2", "/srv/ada/.ssh/config",
            "https://example.com/path?query=1#part", "git@github.com:owner/repository.git", "Mend the door: it sticks",
            "ratio 1234567:1", "risk-free desk-bound task-force", "ssh://host:22/path", "Größe und Maß 👩‍👩‍👧‍👦", "",
        ])
    func leaves(_ text: String) {
        #expect(Redactor.redact(text) == text)
    }

    @Test("masks in every string of a document, and nothing else") func documents() {
        let value: JSONValue = ["a": ["ghp_\(Self.body)", 1, nil], "b": ["c": "plain"]]
        #expect(Redactor.redact(value) == ["a": ["***", 1, nil], "b": ["c": "plain"]])
    }

    @Test("masks in the names of members, and what stands under a name that says that it is a secret") func members() {
        let value: JSONValue = [
            "ghp_\(Self.body)": 1, "password": "swordfish", "DB_PASSWORD": "correct horse", "api_key": ["swordfish"], "secret": "none",
            "auth_token": 123456, "contract_key": "report-of-march",
        ]
        #expect(
            Redactor.redact(value) == [
                "***": 1, "password": "***", "DB_PASSWORD": "*** horse", "api_key": ["swordfish"], "secret": "none",
                "auth_token": 123456, "contract_key": "report-of-march",
            ])
        #expect(Redactor.redact(Redactor.redact(value)) == Redactor.redact(value))
    }

    @Test("every pattern is understood") func patterns() {
        #expect(Redactor.patternCount == 21)
    }

    @Test(
        "a text made to be slow is not", .timeLimit(.minutes(1)),
        arguments: [
            "eyJ-", "a-password", "a.b-", "://a:", "1:", "-----BEGIN A", "password=", "bearer ", "authorization: ", "sk-", "token: a",
        ])
    func hostile(_ piece: String) {
        let text = String(repeating: piece, count: 64_000 / piece.utf8.count)
        #expect(!Redactor.redact(text).isEmpty)
    }
}

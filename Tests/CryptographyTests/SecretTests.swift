import Cryptography
import Foundation
import Testing

@Suite struct SecretTests {
    private struct Configuration: Codable {
        let token: Secret
        let others: [String: Secret?]
    }

    @Test("shows itself in no text that Swift makes of a value")
    func hides() {
        let secret = Secret("hunter2")
        let configuration = Configuration(token: secret, others: ["a": secret])
        var dumped = ""
        dump(configuration, to: &dumped)
        let shown = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", "\(Optional(secret) as Any)",
            "\(configuration)", String(reflecting: configuration), "\(Mirror(reflecting: secret).children.map(\.value))", dumped,
        ]
        for text in shown { #expect(!text.contains("hunter2")) }
        #expect(shown.prefix(3) == ["***", "***", "***"])
        #expect(secret.revealed == "hunter2")
    }

    @Test("is read from a file and never written to one")
    func encodes() throws {
        let configuration = try JSONDecoder().decode(Configuration.self, from: Data(#"{"token":"hunter2","others":{}}"#.utf8))
        #expect(configuration.token.revealed == "hunter2")
        #expect(String(decoding: try JSONEncoder().encode([configuration.token]), as: UTF8.self) == #"["***"]"#)
    }

    @Test("equals what has the same bytes")
    func compares() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("") != Secret("a"))
        #expect(Secret("\u{e9}") != Secret("e\u{301}"))
    }
}

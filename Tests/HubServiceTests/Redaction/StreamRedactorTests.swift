import HubService
import Testing

@Suite struct StreamRedactorTests {
    static let secrets = [
        "sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWx", "ghp_0123456789abcdefghij0123456789abcdef",
        "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
        "AKIAIOSFODNN7EXAMPLE", "orc_0123456789abcdefABCDEF",
    ]

    private func stream(_ pieces: [[UInt8]]) -> String {
        var redactor = StreamRedactor()
        var output: [UInt8] = []
        for piece in pieces { output += redactor.redact(piece) }
        return String(decoding: output + redactor.flush(), as: UTF8.self)
    }

    @Test("a secret is masked wherever the output is cut", arguments: secrets)
    func cuts(secret: String) {
        let text = Array("export it: \(secret) and go\r\n$ ".utf8)
        let begin = "export it: ".utf8.count
        for cut in 1..<text.count {
            let output = stream([Array(text[..<cut]), Array(text[cut...])])
            let shown = String(decoding: text[..<cut], as: UTF8.self).dropFirst(begin)
            // Two characters are no mark of anything yet, and the number of a bot is no secret.
            let leaked = shown.count <= 2 || shown.allSatisfy(\.isNumber) ? shown : ""
            #expect(output == "export it: \(leaked)*** and go\r\n$ ", "cut at \(cut)")
        }
    }

    @Test("a secret is masked if it comes byte by byte")
    func bytes() {
        let text = Array("token sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWx done\r\n".utf8)
        #expect(!stream(text.map { [$0] }).contains("AbCdEf"))
    }

    @Test("a private key is masked over many lines and pieces")
    func privateKey() {
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\r\n" + String(repeating: "b3BlbnNzaC1rZXktdjEAAAAA\r\n", count: 40)
        let text = Array("cat id\r\n\(key)-----END OPENSSH PRIVATE KEY-----\r\n$ ".utf8)
        for size in [7, 64, 500, 5000] {
            let pieces = stride(from: 0, to: text.count, by: size).map { Array(text[$0..<min($0 + size, text.count)]) }
            let output = stream(pieces)
            #expect(!output.contains("b3Blbn"))
            #expect(output.hasPrefix("cat id\r\n") && output.hasSuffix("\r\n$ "))
        }
    }

    @Test("what is held back comes with a flush, and the rest of a masked token is masked too")
    func flushing() {
        var redactor = StreamRedactor()
        #expect(redactor.redact(Array("your token".utf8)) == Array("your ".utf8))
        #expect(redactor.isHolding)
        #expect(redactor.flush() == Array("token".utf8) && !redactor.isHolding)
        #expect(redactor.redact(Array("\r\nsk-ant-api03-AbCdEfGhIjKl".utf8)) == Array("\r\n".utf8))
        #expect(redactor.flush() == Array("***".utf8))
        #expect(redactor.redact(Array("MnOpQr rest\n".utf8)) == Array(" rest\n".utf8))
    }

    @Test("ordinary output, escape sequences and bytes that are no UTF-8 pass unchanged and at once")
    func unchanged() {
        var redactor = StreamRedactor()
        for text in [Array("hello \u{1b}[1mwörld\u{1b}[0m\r\n$ ls".utf8), [0xff, 0xfe, 0xc3], [0xb6, 0x1b], Array("[2K yes: ".utf8)] {
            #expect(redactor.redact(text) == text)
        }
    }
}

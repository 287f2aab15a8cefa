import Cryptography
import Testing

@Suite struct SecretTokenTests {
    /// Counts up, so that a test knows what is drawn.
    private struct Counter: RandomNumberGenerator {
        var value: UInt64 = 0

        mutating func next() -> UInt64 {
            value += 1
            return value
        }
    }

    @Test("is 43 characters that need no escaping in a URL, and never twice the same")
    func isRandom() {
        let tokens = (0..<200).map { _ in SecretToken.random().secret.revealed }
        #expect(Set(tokens).count == 200)
        for token in tokens {
            #expect(token.utf8.count == 43)
            #expect(Base64.url.decode(token)?.count == 32)
        }
    }

    @Test("is read back as the same token, with the same digest")
    func readsBack() throws {
        let token = SecretToken.random()
        let again = try #require(SecretToken(token.secret.revealed))
        #expect(again == token)
        #expect(again.digest == token.digest)
        #expect(token.digest == SHA256.digest(of: token.secret.revealed))
        #expect("\(token)".contains("***") && !"\(token)".contains(token.secret.revealed))
    }

    @Test("follows a generator that a test steers")
    func follows() {
        var (first, second, third) = (Counter(), Counter(), Counter(value: 99))
        let token = SecretToken.random(using: &first)
        #expect(token == SecretToken.random(using: &second))
        #expect(token != SecretToken.random(using: &third))
    }

    @Test("refuses every other text")
    func refuses() {
        let token = SecretToken.random().secret.revealed
        for wrong in ["", "a", token + "A", String(token.dropLast()), token + "=", " " + token.dropFirst(), "+" + token.dropFirst()] {
            #expect(SecretToken(wrong) == nil)
        }
        // 43 characters whose last one carries stray bits are a second spelling of other bytes.
        #expect(SecretToken(String(repeating: "A", count: 42) + "B") == nil)
        #expect(SecretToken(String(repeating: "A", count: 43)) != nil)
    }

    @Test("random bytes come in the number asked for", arguments: [0, 1, 31, 4096, (1 << 20) + 1])
    func drawsBytes(count: Int) {
        let bytes = SecureRandom.bytes(count)
        #expect(bytes.count == count)
        if count >= 31 { #expect(Set(bytes).count > 1) }
    }

    @Test("the generator draws different numbers")
    func drawsNumbers() {
        var generator = SecureRandom()
        #expect(Set((0..<64).map { _ in generator.next() }).count == 64)
    }
}

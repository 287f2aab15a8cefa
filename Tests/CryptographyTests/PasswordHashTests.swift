import Cryptography
import Testing

@Suite struct PasswordHashTests {
    private static let cheap = Scrypt.Parameters(costExponent: 4)

    @Test("matches the password and no other, through the stored text", arguments: ["", "correct horse", "naïve\0bytes", "🔑"])
    func matches(password: String) throws {
        let text = try PasswordHash(of: Secret(password), Self.cheap).text
        let stored = try #require(PasswordHash(text))
        #expect(stored.text == text)
        #expect(stored.matches(Secret(password)))
        #expect(!stored.matches(Secret(password + " ")))
        #expect(!stored.matches(Secret("Correct horse")))
        #expect(password.isEmpty || !stored.matches(Secret("")))
    }

    @Test("reads a hash that another program made, with its own parameters")
    func readsForeignHash() throws {
        // Python: hashlib.scrypt(b"password", salt=b"0123456789abcdef", n=16, r=8, p=1, dklen=32)
        let stored = try #require(PasswordHash("$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$jU+wVnnRO8xMJ6kk2pn2W1IFgOT9r8PK+dHZ+HH3bt4"))
        #expect(stored.parameters == Self.cheap)
        #expect(stored.matches(Secret("password")))
        #expect(!stored.matches(Secret("passwort")))
    }

    @Test("salts each hash anew")
    func salts() throws {
        let password = Secret("same")
        #expect(try PasswordHash(of: password, Self.cheap).text != PasswordHash(of: password, Self.cheap).text)
    }

    @Test(
        "reads nothing else",
        arguments: [
            "", "$", "$$$$$", "$scrypt$", "password",
            "$argon2id$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg",
            // Costs: too much memory, a sign, a missing one, another order, an overflow.
            "$scrypt$ln=20,r=32,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg",
            "$scrypt$ln=+4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg",
            "$scrypt$ln=4,r=8$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg",
            "$scrypt$r=8,ln=4,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg",
            "$scrypt$ln=99999999999999999999,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg",
            // Salt and key: too short, not Base64, something behind them.
            "$scrypt$ln=4,r=8,p=1$$MDEyMzQ1Njc4OWFiY2RlZg",
            "$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$",
            "$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEy*zQ1Njc4OWFiY2RlZg",
            "$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg==$MDEyMzQ1Njc4OWFiY2RlZg",
            "$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg$",
        ])
    func refuses(_ text: String) {
        #expect(PasswordHash(text) == nil)
    }
}

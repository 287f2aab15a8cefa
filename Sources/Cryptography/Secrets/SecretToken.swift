/// 256 random bits as 43 characters of base64url: API keys, session tokens, registration tokens.
///
/// The hub stores ``digest`` only. With 256 random bits behind it a plain SHA-256 cannot be searched, and it can be an index.
package struct SecretToken: Equatable, Sendable {
    package static let byteCount = 32
    package static let characterCount = 43

    /// The text that its owner keeps.
    package let secret: Secret

    private init(bytes: [UInt8]) {
        secret = Secret(Base64.url.encode(bytes))
    }

    /// Reads back a token, or `nil` where `text` is not the one spelling of 32 bytes.
    package init?(_ text: String) {
        guard text.utf8.count == Self.characterCount, let bytes = Base64.url.decode(text), bytes.count == Self.byteCount else { return nil }
        secret = Secret(text)
    }

    package static func random() -> SecretToken {
        SecretToken(bytes: SecureRandom.bytes(byteCount))
    }

    /// A token from a generator that a test steers.
    package static func random(using generator: inout some RandomNumberGenerator) -> SecretToken {
        SecretToken(bytes: (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// The SHA-256 of the 43 characters, 32 bytes: what is stored and looked up.
    package var digest: [UInt8] { SHA256.digest(of: secret.revealed) }
}

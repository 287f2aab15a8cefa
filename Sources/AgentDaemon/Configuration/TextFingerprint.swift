import Cryptography

/// A short name for a long text, the same each time.
enum TextFingerprint {
    /// Twelve hexadecimal digits.
    static func of(_ text: String) -> String { String(Hex.encode(SHA256.digest(of: text)).prefix(12)) }
}

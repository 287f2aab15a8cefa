import Cryptography
import Testing

/// The bytes of a published vector, written in hexadecimal with spaces where they help.
func bytes(_ hex: String) throws -> [UInt8] {
    try #require(Hex.decode(hex.filter { !$0.isWhitespace }))
}

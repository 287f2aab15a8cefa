import Cryptography
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4, as published with its examples by NIST.
    static let vectors: [(message: String, digest: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ]

    @Test("agrees with FIPS 180-4", arguments: vectors)
    func agrees(message: String, digest: String) {
        #expect(Hex.encode(SHA256.digest(of: message)) == digest)
    }

    @Test("hashes a million bytes given in uneven pieces, empty ones among them")
    func hashesPieces() {
        var hash = SHA256()
        var rest = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)[...]
        var size = 0
        while !rest.isEmpty {
            hash.update(rest.prefix(size))
            rest = rest.dropFirst(size)
            size += 977
        }
        #expect(Hex.encode(hash.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("takes bytes that lie in no array")
    func hashesAnyCollection() {
        #expect(SHA256.digest(of: "cba".utf8.reversed()) == SHA256.digest(of: "abc"))
    }
}

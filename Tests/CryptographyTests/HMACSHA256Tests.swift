import Cryptography
import Testing

@Suite struct HMACSHA256Tests {
    /// RFC 4231, section 4: keys and messages in hexadecimal. Cases 6 and 7 have keys longer than a block.
    static let vectors: [(key: String, message: String, code: String)] = [
        (
            String(repeating: "0b", count: 20), "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            String(repeating: "aa", count: 131), Hex.encode("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            String(repeating: "aa", count: 131),
            Hex.encode(
                """
                This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed \
                before being used by the HMAC algorithm.
                """.utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test("agrees with RFC 4231", arguments: vectors)
    func agrees(key: String, message: String, code: String) throws {
        let (key, message) = (try bytes(key), try bytes(message))
        #expect(Hex.encode(HMACSHA256.code(for: message, key: key)) == code)
        #expect(HMACSHA256.isValid(try bytes(code), for: message, key: key))
    }

    @Test("works with an empty key and an empty message")
    func worksEmpty() {
        // Python: hmac.new(b"", b"", "sha256").hexdigest()
        let code = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(Hex.encode(HMACSHA256.code(for: [UInt8](), key: [UInt8]())) == code)
    }

    @Test("refuses a code that was changed, cut, lengthened or made with another key")
    func refuses() {
        let code = HMACSHA256.code(for: "message".utf8, key: "key".utf8)
        var changed = code
        changed[31] ^= 1
        #expect(!HMACSHA256.isValid(changed, for: "message".utf8, key: "key".utf8))
        #expect(!HMACSHA256.isValid(code.dropLast(), for: "message".utf8, key: "key".utf8))
        #expect(!HMACSHA256.isValid(code + [0], for: "message".utf8, key: "key".utf8))
        #expect(!HMACSHA256.isValid(code, for: "message".utf8, key: "kez".utf8))
        #expect(!HMACSHA256.isValid([UInt8](), for: "message".utf8, key: "key".utf8))
    }

    @Test("compares bytes, the empty ones too")
    func compares() {
        #expect(isEqualInConstantTime([UInt8](), [UInt8]()))
        #expect(isEqualInConstantTime("same".utf8, Array("same".utf8)))
        #expect(!isEqualInConstantTime("same".utf8, "sane".utf8))
        #expect(!isEqualInConstantTime("same".utf8, "sam".utf8))
    }
}

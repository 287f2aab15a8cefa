import Cryptography
import Testing

@Suite struct AESGCMTests {
    /// The AES-256 cases with 96-bit nonces of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B.
    struct Vector: Sendable {
        let number: Int
        let key, nonce, plaintext, additionalData, ciphertext, tag: String
    }

    static let zeroKey = String(repeating: "0", count: 64)
    static let zeroNonce = String(repeating: "0", count: 24)
    static let longKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    static let longText = """
        d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
        1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
        """
    static let longCiphertext = """
        522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
        8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
        """

    static let vectors = [
        Vector(
            number: 13, key: zeroKey, nonce: zeroNonce, plaintext: "", additionalData: "", ciphertext: "",
            tag: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            number: 14, key: zeroKey, nonce: zeroNonce, plaintext: "00000000000000000000000000000000", additionalData: "",
            ciphertext: "cea7403d4d606b6e074ec5d3baf39d18", tag: "d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            number: 15, key: longKey, nonce: "cafebabefacedbaddecaf888", plaintext: longText + "1aafd255", additionalData: "",
            ciphertext: longCiphertext + "898015ad", tag: "b094dac5d93471bdec1a502270e3cc6c"),
        Vector(
            number: 16, key: longKey, nonce: "cafebabefacedbaddecaf888", plaintext: longText,
            additionalData: "feedfacedeadbeeffeedfacedeadbeefabaddad2", ciphertext: longCiphertext,
            tag: "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    @Test("agrees with McGrew and Viega", arguments: vectors)
    func agrees(with vector: Vector) throws {
        let key = try AESGCM.Key(bytes(vector.key))
        let (plaintext, additionalData) = (try bytes(vector.plaintext), try bytes(vector.additionalData))
        let box = try AESGCM.seal(plaintext, with: key, nonce: bytes(vector.nonce), authenticating: additionalData)
        #expect(box.ciphertext == (try bytes(vector.ciphertext)))
        #expect(box.tag == (try bytes(vector.tag)))
        #expect(try AESGCM.open(box, with: key, authenticating: additionalData) == plaintext)
    }

    @Test("opens what was sealed, through the stored form", arguments: [0, 1, 15, 16, 17, 100_000])
    func opens(byteCount: Int) throws {
        let key = AESGCM.Key.random()
        let plaintext = SecureRandom.bytes(byteCount)
        let stored = try AESGCM.seal(plaintext, with: key, authenticating: "bot 7".utf8).combined
        #expect(stored.count == byteCount + 28)
        #expect(try AESGCM.open(AESGCM.SealedBox(combined: stored), with: key, authenticating: "bot 7".utf8) == plaintext)
    }

    @Test("refuses a change in any byte of nonce, ciphertext and tag")
    func refusesChangedBox() throws {
        let key = AESGCM.Key.random()
        let stored = try AESGCM.seal("token".utf8, with: key, authenticating: "bot 7".utf8).combined
        for index in stored.indices {
            var changed = stored
            changed[index] ^= 0x80
            #expect(throws: AESGCM.Failure.notAuthentic) {
                try AESGCM.open(AESGCM.SealedBox(combined: changed), with: key, authenticating: "bot 7".utf8)
            }
        }
    }

    @Test("refuses other additional data and another key")
    func refusesOtherContext() throws {
        let key = AESGCM.Key.random()
        for text in ["", "token"] {
            let box = try AESGCM.seal(text.utf8, with: key, authenticating: "bot 7".utf8)
            #expect(throws: AESGCM.Failure.notAuthentic) { try AESGCM.open(box, with: key, authenticating: "bot 8".utf8) }
            #expect(throws: AESGCM.Failure.notAuthentic) { try AESGCM.open(box, with: key) }
            #expect(throws: AESGCM.Failure.notAuthentic) { try AESGCM.open(box, with: .random(), authenticating: "bot 7".utf8) }
        }
    }

    @Test("refuses lengths that cannot be", arguments: [0, 12, 27])
    func refusesTruncated(byteCount: Int) {
        #expect(throws: AESGCM.Failure.truncated(byteCount: byteCount)) {
            try AESGCM.SealedBox(combined: [UInt8](repeating: 0, count: byteCount))
        }
        #expect(throws: AESGCM.Failure.keyLength(byteCount: byteCount)) { try AESGCM.Key([UInt8](repeating: 0, count: byteCount)) }
        guard byteCount != 12 else { return }
        #expect(throws: AESGCM.Failure.nonceLength(byteCount: byteCount)) {
            try AESGCM.seal("a".utf8, with: .random(), nonce: [UInt8](repeating: 0, count: byteCount))
        }
    }

    @Test("refuses more than libcrypto takes at once, before touching it")
    func refusesTooLong() {
        let byteCount = Int(Int32.max) + 1
        #expect(throws: AESGCM.Failure.tooLong(byteCount: byteCount)) {
            try AESGCM.seal(repeatElement(0, count: byteCount), with: .random())
        }
        #expect(throws: AESGCM.Failure.tooLong(byteCount: byteCount)) {
            try AESGCM.seal("a".utf8, with: .random(), authenticating: repeatElement(0, count: byteCount))
        }
    }

    @Test("never seals twice under one nonce")
    func drawsNonces() throws {
        let key = AESGCM.Key.random()
        let nonces = try (0..<100).map { _ in try AESGCM.seal("same".utf8, with: key).nonce }
        #expect(Set(nonces).count == 100)
    }

    @Test("a key shows itself nowhere")
    func hidesKey() throws {
        let key = try AESGCM.Key([UInt8](repeating: 0x5a, count: 32))
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)" == "***")
        #expect(!dumped.contains("90"))
    }
}

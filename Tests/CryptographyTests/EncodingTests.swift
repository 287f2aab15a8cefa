import Cryptography
import Testing

@Suite struct EncodingTests {
    /// RFC 4648, section 10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test("agrees with RFC 4648, padded and not", arguments: vectors)
    func agrees(plain: String, padded: String) {
        let unpadded = padded.filter { $0 != "=" }
        #expect(Base64.standard.encode(plain.utf8) == padded)
        #expect(Base64.standard.decode(padded) == Array(plain.utf8))
        #expect(Base64.url.encode(plain.utf8) == unpadded)
        #expect(Base64.url.decode(unpadded) == Array(plain.utf8))
    }

    @Test("uses the alphabet of its section")
    func usesAlphabet() {
        #expect(Base64.url.encode([0xfb, 0xff, 0xfe]) == "-__-")
        #expect(Base64.standard.encode([0xfb, 0xff, 0xfe]) == "+//+")
        #expect(Base64.url.decode("+//+") == nil)
        #expect(Base64.standard.decode("-__-") == nil)
    }

    @Test("gives back all bytes, at every length")
    func roundTrips() {
        let all = (0...255).map { UInt8($0) }
        for length in 0...all.count {
            #expect(Base64.url.decode(Base64.url.encode(all.prefix(length))) == Array(all.prefix(length)))
        }
        #expect(Hex.decode(Hex.encode(all)) == all)
    }

    @Test(
        "base64url refuses padding, white space, foreign characters, impossible lengths and stray bits",
        arguments: ["Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm 9v", "Z", "Zm9vY", "Zm9%", "Zm9é", "Zm9v\0", "Zh", "Zm9"])
    func refusesURL(_ text: String) {
        #expect(Base64.url.decode(text) == nil)
    }

    @Test(
        "base64 refuses missing, misplaced and superfluous padding",
        arguments: ["Zg", "Zg=", "Zg===", "====", "=", "Z===", "=Zg=", "Zg==Zg==", "Zm9v====", "Zh==", "Zm9="])
    func refusesStandard(_ text: String) {
        #expect(Base64.standard.decode(text) == nil)
    }

    @Test("hexadecimal is lower case in both directions")
    func isLowerCase() {
        #expect(Hex.encode([0x00, 0x0f, 0xab]) == "000fab")
        #expect(Hex.encode([UInt8]()) == "")
        #expect(Hex.decode("") == [])
        for wrong in ["A0", "0", "0g", "0x", " 0", "é0", "００"] { #expect(Hex.decode(wrong) == nil, "\(wrong)") }
    }
}

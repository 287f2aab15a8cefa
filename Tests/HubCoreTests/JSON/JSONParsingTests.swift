import HubCore
import Testing

@Suite struct JSONParsingTests {
    static let accepted: [(String, JSONValue)] = [
        ("null", .null), (" \t\r\n true ", true), ("false", false), ("0", .number("0")), ("-0", .number("-0")), ("-12", .number("-12")),
        ("1.50", .number("1.50")), ("1e5", .number("1e5")), ("1E+05", .number("1E+05")), ("0.1e-2", .number("0.1e-2")),
        ("123456789012345678901234567890", .number("123456789012345678901234567890")), ("\"\"", ""), ("\"a\u{7F}ж😀\"", "a\u{7F}ж😀"),
        (#""\"\\\/\b\f\n\r\t\u0041\u00e9\u00E9""#, "\"\\/\u{8}\u{C}\n\r\tAéé"), (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\0"),
        ("[]", []), ("[ ]", []), ("{}", [:]), ("{ }", [:]), ("[1,[2],{}]", [1, [2], [:]]),
        (#"{"a" : 1 , "b":[ true ]}"#, ["a": 1, "b": [true]]), (#"{"":null}"#, ["": nil]), (#"{"a":1,"a":2}"#, ["a": 1, "a": 2]),
    ]

    @Test("accepts what RFC 8259 allows", arguments: accepted)
    func accepts(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(
        "refuses what it does not",
        arguments: [
            "", " ", "nul", "nulL", "True", "tru", "NaN", "Infinity", "-Infinity", "[NaN]", "-", "+1", "01", "-01", "00", "1.", ".5",
            "1.e1",
            "1e", "1e+", "0x10", "1_000", "1 2", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u123\"", "\"\\u12g4\"", "\"\\u+123\"",
            "\"\\u-000\"", "\"\\u 123\"", "\"\t\"", "\"\n\"", "\"\u{0}\"", "\"\u{1f}\"", "'a'", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]",
            "]",
            "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "}", "[}",
            "{]", "/* */ 1", "1 // x", "\u{FEFF}1", "\u{A0}1", "\"\\ud83d\\u12\"",
        ])
    func refuses(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    }

    @Test("says where the fault is")
    func offset() {
        let fault = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "[1, x]") }
        #expect(fault?.offset == 4)
        #expect(fault?.description == "not valid JSON at byte 4: a value was expected")
    }

    @Test(
        "puts U+FFFD for a lone surrogate",
        arguments: [
            (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
            (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        ])
    func loneSurrogates(_ text: String, _ expected: String) throws {
        #expect(try JSONValue(parsing: text) == .string(expected))
    }

    @Test("repairs invalid UTF-8")
    func invalidUTF8() throws {
        #expect(try JSONValue(parsing: [0x22, 0x61, 0xFF, 0x62, 0x22]) == "a\u{FFFD}b")
        #expect(try JSONValue(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22]).string?.contains("\u{FFFD}") == true)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0xFF]) }
    }

    @Test("nests 128 deep and no deeper", arguments: [("[", "]"), (#"{"a":"#, "}")])
    func depth(_ open: String, _ close: String) throws {
        func nested(_ depth: Int, around inner: String) -> String {
            String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
        }
        let deepest = try JSONValue(parsing: nested(128, around: "1"))
        #expect(try JSONValue(parsing: deepest.text) == deepest)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(129, around: "1")) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(128, around: "[]")) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(128, around: "{}")) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: String(repeating: open, count: 1_000_000)) }
    }

    @Test("never crashes on damaged documents", arguments: 1...8)
    func hostile(seed: Int) throws {
        var random = Seeded(seed: UInt64(seed))
        let original = Array(#"{"a":[1,-2.5e+3,"x\ud83d\ude00\n",{"b":null,"c":[true,false]}],"ж":"\\\"","n":123456789012345678901}"#.utf8)
        let bites = Array(#"{}[]",:\u0dD8eE+-. "#.utf8) + [0, 0x1F, 0x80, 0xC0, 0xED, 0xF4, 0xFF]
        for _ in 0..<4000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                guard let place = bytes.indices.randomElement(using: &random), let bite = bites.randomElement(using: &random) else { break }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = bite
                case 1: bytes.insert(bite, at: place)
                case 2: bytes.remove(at: place)
                default: bytes.removeSubrange(place...)
                }
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            // What was accepted is written as JSON that says the same.
            #expect(try JSONValue(parsing: value.bytes) == value)
        }
    }
}

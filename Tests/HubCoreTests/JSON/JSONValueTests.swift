import Foundation
import HubCore
import Testing

@Suite struct JSONValueTests {
    @Test("reads any document that it writes", arguments: 1...30)
    func roundTrip(seed: Int) throws {
        var random = Seeded(seed: UInt64(seed))
        for _ in 0..<100 {
            let value = Self.document(depth: 4, &random)
            #expect(try JSONValue(parsing: value.text) == value)
            #expect(try JSONValue(parsing: value.indented) == value)
        }
    }

    @Test("writes what Foundation reads", arguments: 1...10)
    func agreesWithFoundation(seed: Int) throws {
        var random = Seeded(seed: UInt64(seed))
        for _ in 0..<50 {
            let value = Self.document(depth: 3, &random)
            let read = try JSONSerialization.jsonObject(with: Data(value.bytes), options: .fragmentsAllowed)
            let again = try JSONSerialization.data(withJSONObject: read, options: .fragmentsAllowed)
            #expect(Self.shape(try JSONValue(parsing: Array(again))) == Self.shape(value))
        }
    }

    @Test("escapes what must be")
    func escapes() {
        #expect(JSONValue.string("\"\\/\u{0}\u{1F}\n\r\t\u{8}ж😀\u{7F}").text == #""\"\\/\u0000\u001f\n\r\t\u0008ж😀"# + "\u{7F}\"")
        let tricky: JSONValue = ["a\"b": "\n"]
        #expect(tricky.text == #"{"a\"b":"\n"}"#)
    }

    @Test("finds the last of members with one name")
    func members() {
        let value: JSONValue = ["a": 1, "b": 2, "a": 3]
        #expect(value["a"] == 3)
        #expect(value["c"] == nil)
        #expect(JSONValue.array([1])["a"] == nil)
    }

    @Test("gives numbers only where they fit")
    func numbers() {
        #expect(JSONValue.number("9223372036854775807").int == .max)
        for text in ["9223372036854775808", "1.0", "1e3"] { #expect(JSONValue.number(text).int == nil) }
        #expect(JSONValue.number("1e3").double == 1000)
        #expect(JSONValue.number("1e999").double == nil)
        #expect(JSONValue.number("-1e999").double == nil)
    }

    @Test("keeps a number's text through coding")
    func coding() throws {
        let value: JSONValue = ["n": .number("123456789012345678901234567890.10")]
        let data = try JSONEncoder().encode([value])
        #expect(try JSONDecoder().decode([JSONValue].self, from: data) == [value])
    }

    @Test("does not let the margin of a deep document grow without bound")
    func indentedBound() throws {
        let deep = String(repeating: "[", count: 127) + "0" + String(repeating: ",0", count: 20_000) + String(repeating: "]", count: 127)
        #expect(try JSONValue(parsing: deep).indented.utf8.count < 20_000 * 40)
    }

    private static func document(depth: Int, _ random: inout Seeded) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .number(["0", "-1", "1.25", "1e10", "4294967296"].randomElement(using: &random) ?? "0")
        case 3, 4: return .string(text(&random))
        case 5: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in document(depth: depth - 1, &random) })
        default:
            let count = Int.random(in: 0...4, using: &random)
            return .object((0..<count).map { .init("\($0)" + text(&random), document(depth: depth - 1, &random)) })
        }
    }

    private static func text(_ random: inout Seeded) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let bound: UInt32 = [0x30, 0x80, 0x800, 0x10000, 0x110000].randomElement(using: &random) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 1..<bound, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }

    /// Without what a dictionary and a double do not keep: the order of members and the text of numbers.
    private static func shape(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number: .string(value.double.map { "\($0)" } ?? "")
        case .array(let items): .array(items.map(shape))
        case .object(let members):
            .object(
                members.map { .init($0.name, shape($0.value)) }.sorted {
                    Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8))
                })
        case .null, .bool, .string: value
        }
    }
}

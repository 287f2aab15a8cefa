import Testing

@testable import HubCore

@Suite struct JSONSchemaTests {
    /// What fits a schema, and what does not.
    struct Case: Sendable, CustomTestStringConvertible {
        let schema: String
        let fits: [String]
        let misfits: [String]
        var testDescription: String { schema }
    }

    static let cases: [Case] = [
        Case(schema: "true", fits: ["1", "null"], misfits: []),
        Case(schema: "false", fits: [], misfits: ["1", "{}"]),
        Case(
            schema: #"{"type":"integer"}"#, fits: ["1", "1.0", "-3", "1e2", "12345678901234567890123"], misfits: ["1.5", "\"1\"", "1e-1"]),
        Case(schema: #"{"type":["string","null"]}"#, fits: ["\"\"", "null"], misfits: ["0", "[]", "false"]),
        Case(schema: #"{"type":"number"}"#, fits: ["1", "1.5"], misfits: ["true", "\"1\""]),
        Case(
            schema: #"{"enum":[1,"a",{"x":[1]}]}"#, fits: ["1.0", "\"a\"", #"{"x":[1.0]}"#], misfits: ["2", #"{"x":[1],"y":1}"#, "true"]),
        Case(schema: #"{"const":{"a":1,"b":2}}"#, fits: [#"{"b":2.0,"a":1}"#], misfits: [#"{"a":1}"#, "null"]),
        Case(schema: #"{"const":false}"#, fits: ["false"], misfits: ["0", "null", "[]"]),
        Case(
            schema: #"{"properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
            fits: [#"{"a":"x"}"#, "1", "[]"], misfits: ["{}", #"{"a":1}"#, #"{"a":"x","b":1}"#]),
        Case(schema: #"{"additionalProperties":{"type":"integer"}}"#, fits: ["{}", #"{"x":1}"#], misfits: [#"{"x":"1"}"#]),
        Case(schema: #"{"items":{"type":"integer"}}"#, fits: ["[]", "[1,2]", "{}"], misfits: ["[1,\"a\"]"]),
        Case(
            schema: #"{"prefixItems":[{"type":"integer"},{"type":"string"}],"items":false}"#, fits: ["[1,\"a\"]", "[1]", "[]"],
            misfits: ["[\"a\"]", "[1,\"a\",2]"]),
        Case(
            schema: #"{"items":{"type":"string"},"prefixItems":[{"type":"integer"}]}"#, fits: ["[1,\"a\"]"], misfits: ["[1,2]", "[\"a\"]"]),
        Case(schema: #"{"minItems":1,"maxItems":2}"#, fits: ["[1]", "[1,2]", "\"abc\""], misfits: ["[]", "[1,2,3]"]),
        Case(
            schema: #"{"uniqueItems":true}"#, fits: ["[1,2]", "[1,true]", "[{\"a\":1},{\"a\":2}]"],
            misfits: ["[1,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]"]),
        Case(schema: #"{"uniqueItems":false}"#, fits: ["[1,1]"], misfits: []),
        Case(schema: #"{"minimum":1.5}"#, fits: ["1.5", "2", "1e9", "\"0\""], misfits: ["1.4999999999999999999", "-2"]),
        Case(schema: #"{"exclusiveMinimum":0}"#, fits: ["0.0000000000000000000001"], misfits: ["0", "0.0", "-0", "-1"]),
        Case(schema: #"{"maximum":-1}"#, fits: ["-1", "-1e100"], misfits: ["-0.9", "0"]),
        Case(schema: #"{"exclusiveMaximum":10}"#, fits: ["9.99"], misfits: ["10", "1e1"]),
        Case(schema: #"{"multipleOf":0.1}"#, fits: ["0.3", "1", "0", "-0.7", "1e300"], misfits: ["0.35", "1e-2"]),
        Case(schema: #"{"multipleOf":7}"#, fits: ["0", "49", "-14", "7e100", "7e1000000"], misfits: ["1", "1e1000000", "7.5"]),
        Case(schema: #"{"multipleOf":4e1}"#, fits: ["80", "1e5"], misfits: ["20", "100.5"]),
        Case(schema: #"{"minLength":2,"maxLength":3}"#, fits: ["\"ab\"", "\"💩💩\"", "5"], misfits: ["\"a\"", "\"abcd\"", "\"💩\""]),
        Case(schema: #"{"pattern":"^a+b?$"}"#, fits: ["\"aab\"", "\"a\"", "1"], misfits: ["\"b\"", "\"aabb\"", "\"\""]),
        Case(schema: #"{"anyOf":[{"type":"integer"},{"minimum":2}]}"#, fits: ["1", "2.5", "\"x\""], misfits: ["1.5"]),
        Case(schema: #"{"oneOf":[{"type":"integer"},{"minimum":2}]}"#, fits: ["1", "2.5"], misfits: ["1.5", "3"]),
        Case(schema: #"{"allOf":[{"type":"integer"},{"minimum":2}]}"#, fits: ["2"], misfits: ["1", "2.5"]),
        Case(schema: #"{"not":{"type":"string"}}"#, fits: ["1"], misfits: ["\"\""]),
        Case(
            schema:
                ##"{"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":{"next":{"$ref":"#/$defs/tree"}},"required":["v"]}}}"##,
            fits: [#"{"v":1}"#, #"{"v":1,"next":{"v":2}}"#], misfits: ["1", #"{"v":1,"next":{}}"#]),
        Case(
            schema: ##"{"properties":{"child":{"$ref":"#"}},"additionalProperties":false}"##, fits: [#"{"child":{"child":{}}}"#],
            misfits: [#"{"child":{"x":1}}"#]),
        Case(schema: ##"{"$ref":"#/$defs/a~1b","maximum":5,"$defs":{"a/b":{"minimum":1}}}"##, fits: ["1", "5"], misfits: ["0", "6"]),
        Case(
            schema: #"{"title":"x","format":"email","default":1,"$schema":"https://json-schema.org/draft/2020-12/schema"}"#, fits: ["1"],
            misfits: []),
    ]

    @Test("each keyword has the meaning of the standard", arguments: cases)
    func meanings(_ given: Case) throws {
        let schema = try JSONSchema(try JSONValue(parsing: given.schema))
        for text in given.fits { #expect(try schema.mismatches(of: try JSONValue(parsing: text)) == [], "\(text)") }
        for text in given.misfits { #expect(try !schema.mismatches(of: try JSONValue(parsing: text)).isEmpty, "\(text)") }
    }

    @Test(
        "a schema that cannot be used as written is refused, with the place",
        arguments: [
            ("7", "", "a schema is an object"), (#"{"type":"text"}"#, "/type", "type is one of"),
            (#"{"if":true}"#, "/if", "cannot be used"),
            (#"{"patternProperties":{}}"#, "/patternProperties", "these can:"), (#"{"pattern":"(?=a)"}"#, "/pattern", "look-ahead"),
            (#"{"pattern":"(a"}"#, "/pattern", "\")\" is missing"), (#"{"pattern":"(a)\\1"}"#, "/pattern", "back references"),
            (#"{"pattern":"((a{1000}){1000}){1000}"}"#, "/pattern", "repeats too much"),
            (#"{"multipleOf":0}"#, "/multipleOf", "above 0"), (#"{"minItems":-1}"#, "/minItems", "whole number"),
            (##"{"$ref":"#/$defs/none"}"##, "/$ref", "not there"), (#"{"$ref":"https://x/y"}"#, "/$ref", "$defs"),
            (#"{"anyOf":[]}"#, "/anyOf", "at least one"),
            (#"{"properties":{"a/b":{"type":1}}}"#, "/properties/a~1b/type", "type is one of"),
            (#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#, "/$schema", "2020-12"),
        ])
    func refusals(_ schema: String, _ pointer: String, _ words: String) throws {
        let document = try JSONValue(parsing: schema)
        let fault = #expect(throws: JSONSchema.Fault.self) { try JSONSchema(document) }
        #expect(fault?.pointer == pointer)
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }

    @Test("every mismatch is named by its place, what was expected and what was found")
    func places() throws {
        let schema = try JSONSchema([
            "type": "object", "required": ["port", "name"],
            "properties": ["port": ["type": "integer", "maximum": 65535], "tags": ["items": ["type": "string"]]],
        ])
        let found = try schema.mismatches(of: ["port": 70000, "tags": ["a", 3, nil]])
        #expect(
            found == [
                SchemaMismatch(pointer: "/name", expected: "this member, which is required", found: "nothing"),
                SchemaMismatch(pointer: "/port", expected: "65535 or less", found: "70000"),
                SchemaMismatch(pointer: "/tags/1", expected: "a string", found: "3"),
                SchemaMismatch(pointer: "/tags/2", expected: "a string", found: "null"),
            ])
    }

    @Test("a schema that leads nowhere or costs too much ends with a fault, not with a standstill")
    func limits() throws {
        let loop = try JSONSchema(try JSONValue(parsing: ##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}}"##))
        #expect(throws: JSONSchema.Exhausted.self) { try loop.mismatches(of: 1) }
        let double = try JSONSchema(
            try JSONValue(parsing: ##"{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]}}}"##))
        #expect(throws: JSONSchema.Exhausted.self) { try double.mismatches(of: 1) }
        let wide = try JSONSchema(try JSONValue(parsing: #"{"items":{"anyOf":[{"pattern":"(a|a)*c"},{"pattern":"(a|b|ab)*c"}]}}"#))
        let items = JSONValue.array(Array(repeating: .string(String(repeating: "ab", count: 1000)), count: 400))
        #expect(throws: JSONSchema.Exhausted.self) { try wide.mismatches(of: items) }
        // Written out, nothing a thousand times, within itself, would have no end.
        for pattern in ["(((((){1000}){1000}){1000}){1000}){1000}", "^(()){1000}x$"] {
            var steps = 1_000_000
            #expect(try Self.pattern(pattern).isFound(in: "x", steps: &steps) == true, "\(pattern)")
        }
        for pattern in ["(((){1000}){0,1000}){1000}", "((|){1000}|()*){1000}"] {
            #expect(throws: Pattern.Fault.self) { try Self.pattern(pattern) }
        }
        // Numbers are compared as they are written, however large.
        for number in ["1e-9223372036854775808", "1e9223372036854775807", "-1e-9223372036854775808"] {
            let value = try JSONValue(parsing: number)
            #expect(try JSONSchema(["type": "integer", "maximum": 5]).mismatches(of: value).isEmpty == false, "\(number)")
            #expect(throws: (any Error).self) { try JSONSchema(["minimum": value]) }
        }
        // What makes searching by trial and error explode takes no more than its text times the pattern.
        let classic = try JSONSchema(["pattern": "^(a+)+$"])
        #expect(try classic.mismatches(of: .string(String(repeating: "a", count: 5000) + "!")).count == 1)
    }

    @Test(
        "patterns are searched as ECMA-262 says",
        arguments: [
            ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true), ("^$", "", true), ("a|^c|d$", "xd", true),
            ("a{2,3}", "ba", false),
            ("a{2,3}", "baab", true), ("^a{2}$", "aaa", false), ("^[a-c]+$", "abcd", false), ("^[^a-c]+$", "xyz", true), ("[]", "a", false),
            ("[^]", "\n", true), ("^\\d{3}-\\w+$", "123-a_9", true), ("^\\S+$", "a b", false), ("\\bfoo\\b", "a foo b", true),
            ("\\bfoo\\b", "afoo", false), ("^.$", "\n", false), ("^\\u{1F600}$", "😀", true), ("^\\x41\\u0042$", "AB", true),
            ("^\\p{Lu}\\p{Ll}+$", "Émile", true), ("^\\P{L}+$", "12", true), ("^(?:ab)*?$", "abab", true),
            ("^(?<year>\\d+)$", "1999", true),
            ("^[\\w.-]+@[\\w-]+\\.[a-z]{2,}$", "a.b@c-d.org", true), ("x{,2}", "x{,2}", true), ("^a\\.b$", "axb", false),
            ("^[\\-x]$", "-", true),
            ("(|a)b", "b", true), ("^(a|ab)(c|bcd)$", "abcd", true), ("💩+", "a💩💩", true),
        ])
    func patterns(_ pattern: String, _ text: String, _ isFound: Bool) throws {
        var steps = 100_000
        #expect(try Self.pattern(pattern).isFound(in: text, steps: &steps) == isFound)
    }

    private static func pattern(_ source: String) throws -> Pattern {
        var budget = JSONSchema.Budget.declaration
        return try Pattern(source, budget: &budget)
    }
}

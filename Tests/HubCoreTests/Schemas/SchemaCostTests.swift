import Testing

@testable import HubCore

/// Schemas and values that are made to be expensive: each is refused in a sentence, or checked within its steps.
@Suite struct SchemaCostTests {
    private static func nested(_ levels: Int, _ open: String, _ core: String, _ close: String) throws -> JSONValue {
        try JSONValue(parsing: String(repeating: open, count: levels) + core + String(repeating: close, count: levels))
    }

    private func steps(_ steps: Int) -> JSONSchema.Limits { JSONSchema.Limits(steps: steps) }

    @Test("a member that stands twice is refused by its place, however often the schema would be read for it")
    func repetitions() throws {
        let fault = #expect(throws: JSONSchema.Fault.self) {
            try JSONSchema(try Self.nested(60, #"{"properties":{},"properties":{},"additionalProperties":"#, "true", "}"))
        }
        #expect(fault == .init(pointer: "/properties", message: "the member \"properties\" stands here twice"))
        let items = #"{"prefixItems":[true],"prefixItems":[true],"items":"#
        #expect(throws: JSONSchema.Fault.self) { try JSONSchema(try Self.nested(60, items, "true", "}")) }
        for (schema, pointer) in [
            (#"{"properties":{"a":true,"b":1,"a":true}}"#, "/properties/a"), (#"{"$defs":{"x":true,"x":true}}"#, "/$defs/x"),
        ] {
            #expect(throws: JSONSchema.Fault(pointer: pointer, message: "the member \"\(pointer.suffix(1))\" stands here twice")) {
                try JSONSchema(try JSONValue(parsing: schema.replacing("\"b\":1", with: "\"b\":true")))
            }
        }
        // Without the repetition each schema is read once.
        let deep = try JSONSchema(try Self.nested(60, #"{"properties":{},"additionalProperties":"#, "false", "}"))
        #expect(try deep.mismatches(of: ["a": ["b": [:]]]).isEmpty)
    }

    @Test("a schema of too many schemas is refused") func schemas() throws {
        let fault = #expect(throws: JSONSchema.Fault.self) {
            try JSONSchema(["anyOf": .array(Array(repeating: .bool(true), count: 10_001))])
        }
        #expect(fault?.message.contains("10000 are allowed") == true)
    }

    @Test("all patterns of one declaration share what they may take") func patterns() throws {
        func contracts(_ count: Int, _ pattern: JSONValue) -> JSONValue {
            .object((0..<count).map { .init("k\($0)", ["type": "t", "schema": ["pattern": pattern]]) })
        }
        #expect(try Contracts(json: contracts(100, "^[a-z0-9-]{1,63}$")).all.count == 100)
        #expect(try Contracts(json: contracts(2, "(a{1000}){9}")).all.count == 2)
        let fault = #expect(throws: Contracts.DeclarationFault.self) { try Contracts(json: contracts(3, "(a{1000}){9}")) }
        #expect(fault?.key == "k2")
        #expect(fault?.message.contains("repeat too much together") == true, "\(fault?.message ?? "")")
        // Groups of nothing take their time, too, though no place in the program.
        let empty = "(a" + String(repeating: "()", count: 1500) + "){1000}"
        #expect(throws: JSONSchema.Fault.self) { try JSONSchema(["pattern": .string(empty)]) }
    }

    @Test("all patterns of one pipeline share what they may take") func pipelines() throws {
        let produces: JSONValue = ["k": ["type": "t", "schema": ["pattern": "(a{1000}){9}"]]]
        let entries = (0..<60).map { Pipeline.Entry(id: "t\($0)", content: .init(title: "T", produces: produces), links: []) }
        let pipeline = Pipeline(name: nil, entries: entries)
        let faults = pipeline.faults(in: PipelineGraph(pipeline))
        #expect(faults.first?.path == "tasks[55].produces.k")
        #expect(faults.first?.message.contains("repeat too much together") == true)
    }

    @Test("what is long is shown and named by its beginning") func beginnings() throws {
        let long = String(repeating: "x", count: 500_000)
        let name = String(repeating: "n", count: 500_000)
        let found = try JSONSchema(["additionalProperties": ["type": "null"]]).mismatches(of: .object([.init(name, .string(long))]))
        let mismatch = try #require(found.first)
        #expect(mismatch.found == "\"" + String(repeating: "x", count: 58) + "…")
        #expect(mismatch.pointer == "/" + String(repeating: "n", count: 198) + "…")
        let nested = try JSONSchema(try Self.nested(40, #"{"anyOf":["#, #"{"const":"\#(long.prefix(40_000))"}"#, "]}")).mismatches(of: 1)
        #expect(nested.count == 1 && nested[0].expected.utf8.count < 2000)
        let deep = #expect(throws: JSONSchema.Fault.self) {
            try JSONSchema(["properties": .object([.init(String(name.prefix(32_000)), ["type": 7])])])
        }
        #expect(deep?.pointer.unicodeScalars.count == 200)
    }

    @Test(
        "steps are taken for every byte that is looked at",
        arguments: [
            #"{"allOf":[{"type":"integer"},{"type":"integer"}]}"#, #"{"minimum":1}"#, #"{"maximum":1}"#, #"{"multipleOf":0.7}"#,
            #"{"enum":[1,2]}"#,
        ])
    func numbers(_ text: String) throws {
        let schema = try JSONSchema(try JSONValue(parsing: text))
        #expect(throws: JSONSchema.Exhausted.self) {
            try schema.mismatches(of: .number(String(repeating: "7", count: 400_000)), limits: steps(30_000))
        }
        #expect(throws: Never.self) { try schema.mismatches(of: 7, limits: steps(30_000)) }
    }

    @Test(
        "steps are taken for texts and names as well",
        arguments: [
            (#"{"pattern":"^x"}"#, JSONValue.string(String(repeating: "y", count: 400_000))),
            (#"{"minLength":1}"#, .string(String(repeating: "y", count: 400_000))),
            (#"{"const":1}"#, .object([.init(String(repeating: "y", count: 400_000), 1)])),
            (#"{"uniqueItems":true}"#, .array([.object([.init(String(repeating: "y", count: 400_000), 1)])])),
            (#"{"required":["a"]}"#, .object([.init(String(repeating: "y", count: 400_000), 1)])),
            (#"{"properties":{"a":true}}"#, .object([.init(String(repeating: "y", count: 400_000), 1)])),
            (#"{"anyOf":[\#(String(repeating: "false,", count: 6000))true]}"#, JSONValue.null),
            (#"{"allOf":[\#(String(repeating: "true,", count: 6000))true]}"#, JSONValue.null),
        ])
    func texts(_ text: String, _ value: JSONValue) throws {
        let schema = try JSONSchema(try JSONValue(parsing: text))
        #expect(throws: JSONSchema.Exhausted.self) { try schema.mismatches(of: value, limits: steps(5000)) }
        #expect(throws: Never.self) { try schema.mismatches(of: value) }
    }

    @Test("members that are missing are named up to the limit") func required() throws {
        let names = (0..<5000).map { JSONValue.string("m\($0)") }
        #expect(try JSONSchema(["required": .array(names)]).mismatches(of: [:]).count == JSONSchema.Limits().mismatches)
    }
}

import HubCore
import Testing
import WireProtocol

@Suite struct FieldsTests {
    @Test("null counts as absent, and unknown members are passed over")
    func tolerant() throws {
        let fields = try Fields(["a": nil, "b": "x", "later": 1])
        #expect(try fields.string("a") == nil)
        #expect(try fields.string("b") == "x")
        #expect(fields.any("a") == .null)
    }

    @Test("faults name the member and what was found")
    func faults() {
        #expect(throws: WireFault("title is missing")) { try Fields([:]).requiredString("title") }
        #expect(throws: WireFault("title must be a string, not a number")) { try Fields(["title": 5]).requiredString("title") }
        #expect(throws: WireFault("requires.languages must be an array, not a string")) {
            try Fields(["requires": ["languages": "x"]]).object("requires")?.strings("languages")
        }
        #expect(throws: WireFault("the body must be an object, not an array")) { try Fields([]) }
        #expect(throws: WireFault("n must be an integer, not that number")) { try Fields(["n": .number("1.5")]).int("n") }
    }
}

import Testing

@testable import HubCore

@Suite struct FulfilmentTests {
    private static func contracts(_ json: JSONValue) throws -> Contracts { try Contracts(json: json) }

    @Test("values come from beside the result and, from installed clients, from within it")
    func places() {
        let fulfilment = Fulfilment(
            result: [
                "summary": "x",
                "contracts": [
                    "api": ["type": "api_schema", "data": ["v": 1]], "plain": ["path": "a.txt"], "both": ["type": "t", "data": 1],
                ],
            ], contracts: ["both": 2, "more": ["type": "t", "data": 3]])
        #expect(fulfilment["api"] == ["v": 1])
        #expect(fulfilment["plain"] == ["path": "a.txt"])
        #expect(fulfilment["both"] == 2)
        // Outside nothing is unwrapped.
        #expect(fulfilment["more"] == ["type": "t", "data": 3])
        #expect(Fulfilment(result: "done", contracts: nil).values.isEmpty)
    }

    @Test("of a key that comes often the last value counts, at its place") func repetitions() {
        let many = (0..<20_000).map { JSONValue.Member("k\($0 % 5000)", JSONValue($0)) }
        let fulfilment = Fulfilment(result: ["contracts": .object(many)], contracts: ["k1": "outer", "k0": 1, "k0": 2])
        #expect(fulfilment.values.count == 5000)
        #expect(fulfilment.values.last == JSONValue.Member("k0", 2) && fulfilment["k1"] == "outer" && fulfilment["k4999"] == 19_999)
        #expect(Fulfilment.count(in: ["contracts": .object(many)], contracts: ["a": 1]) == 20_001)
    }

    @Test("all faults of all contracts come together, in sentences")
    func faults() throws {
        let contracts = try Self.contracts([
            "api": ["type": "api_schema", "schema": ["type": "object", "required": ["port"]]], "report": ["type": "test_results"],
            "extra": ["type": "x", "required": false],
        ])
        let faults = Fulfilment(result: .null, contracts: ["api": [:]]).faults(under: contracts)
        #expect(
            faults.map(\.message) == [
                "api/port: expected this member, which is required, found nothing",
                "report: expected a value of type test_results among the contracts, found nothing",
            ])
        #expect(Fulfilment(result: .null, contracts: ["api": ["port": 1], "report": nil, "own": 7]).faults(under: contracts).isEmpty)
    }

    @Test("all contracts of a task share the work that comparing may take") func work() throws {
        let keys = (0..<20).map { "k\($0)" }
        let contracts = try Self.contracts(
            .object(keys.map { .init($0, ["type": "t", "schema": ["type": "string", "pattern": "^(a|a|a|a)*$"]]) }))
        let value = JSONValue.string(String(repeating: "a", count: 30_000))
        func faults(_ keys: some Sequence<String>) -> [ContractFault] {
            let values = JSONValue.object(keys.map { .init($0, value) })
            return Fulfilment(result: .null, contracts: values).faults(under: contracts).filter { $0.found != "nothing" }
        }
        #expect(faults(keys.prefix(1)).isEmpty)
        let all = faults(keys)
        #expect(all.last?.key == "k19" && all.count < 20)
        #expect(all.allSatisfy { $0.found.hasPrefix("too much work") })
    }

    @Test("more than 1 MiB of values is refused as a whole")
    func size() throws {
        let large = JSONValue.string(String(repeating: "x", count: Contracts.maximumValueBytes))
        let faults = Fulfilment(result: .null, contracts: ["a": large]).faults(under: .none)
        #expect(faults.count == 1 && faults[0].found.contains("as a file"))
    }

    @Test(
        "a declaration that cannot be used is refused by name",
        arguments: [
            ("[]", "produces is an object"), (#"{"a":1}"#, "produces.a: a contract is an object"), (#"{"a":{}}"#, "type is missing"),
            (#"{"a":{"type":"t","schema":{"type":"x"}}}"#, "at /type"),
            (#"{"a":{"type":"t","reqired":true}}"#, "a contract has no \"reqired\": it takes type"),
            (#"{"":{"type":"t"}}"#, "1 to 128 characters"), (#"{"a":{"type":"t"},"a":{"type":"t"}}"#, "declared twice"),
        ])
    func declarations(_ text: String, _ words: String) throws {
        let json = try JSONValue(parsing: text)
        let fault = #expect(throws: Contracts.DeclarationFault.self) { try Contracts(json: json) }
        #expect(fault?.description.contains(words) == true, "\(fault?.description ?? "")")
    }

    @Test("a declaration is stored as it was given")
    func roundTrip() throws {
        let json: JSONValue = ["a": ["type": "t", "description": "d", "required": false, "schema": ["minimum": 1]], "b": ["type": "u"]]
        #expect(try Self.contracts(json).json == json)
    }
}

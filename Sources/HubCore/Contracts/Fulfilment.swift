/// What a task hands in under its contracts.
package struct Fulfilment: Hashable, Sendable {
    /// By key, in the order in which they came. Undeclared ones are kept and passed on.
    package private(set) var values: [JSONValue.Member]

    package static let none = Fulfilment(result: .null, contracts: nil)

    /// Takes the values from where an agent may put them: `contracts` beside the result, and, from installed clients, `result.contracts`,
    /// where an entry that is an object with `type` and `data` stands for its `data`. Of a key that is in both, the outer value counts.
    package init(result: JSONValue, contracts: JSONValue?) {
        let inner = (result["contracts"]?.members ?? []).map { JSONValue.Member($0.name, Self.unwrapped($0.value)) }
        values = Self.lastOfEach(inner + (contracts?.members ?? []))
    }

    /// How many values were handed in, repetitions included.
    package static func count(in result: JSONValue, contracts: JSONValue?) -> Int {
        (result["contracts"]?.members?.count ?? 0) + (contracts?.members?.count ?? 0)
    }

    private static func unwrapped(_ value: JSONValue) -> JSONValue {
        guard value["type"] != nil, let data = value["data"] else { return value }
        return data
    }

    private static func lastOfEach(_ values: [JSONValue.Member]) -> [JSONValue.Member] {
        let latest = Dictionary(values.enumerated().map { ($0.element.name, $0.offset) }) { $1 }
        return values.enumerated().filter { latest[$0.element.name] == $0.offset }.map(\.element)
    }

    package subscript(key: String) -> JSONValue? { values.first { $0.name == key }?.value }

    /// Everything that the contracts forbid; empty if they hold. Costs time within fixed limits, whatever the schemas are: to be called
    /// outside the transaction.
    package func faults(under contracts: Contracts) -> [ContractFault] {
        var faults: [ContractFault] = []
        let size = values.reduce(0) { $0 + $1.name.utf8.count + $1.value.bytes.count }
        if size > Contracts.maximumValueBytes {
            faults.append(
                ContractFault(
                    key: "", pointer: "", expected: "at most \(Contracts.maximumValueBytes) bytes of contract values together",
                    found: "\(size): hand larger data in as a file"))
            return faults
        }
        // For all contracts together, since there may be a hundred.
        var limits = JSONSchema.Limits(steps: 6_000_000)
        for contract in contracts.all {
            guard let value = self[contract.key] else {
                if contract.isRequired {
                    faults.append(
                        ContractFault(
                            key: contract.key, pointer: "", expected: "a value of type \(contract.type) among the contracts",
                            found: "nothing"))
                }
                continue
            }
            guard let schema = contract.schema else { continue }
            do {
                faults += try schema.mismatches(of: value, within: &limits).map {
                    ContractFault(key: contract.key, pointer: $0.pointer, expected: $0.expected, found: $0.found)
                }
            } catch {
                faults.append(
                    ContractFault(
                        key: contract.key, pointer: error.pointer, expected: "a value and a schema that can be compared in reasonable time",
                        found: "too much work or depth: simplify the schema or the value"))
            }
        }
        return faults
    }
}

/// The keys of a task's contracts, in the order in which they were declared; to have them no schema is read.
package struct ContractKeys: Hashable, Sendable {
    package let all: [String]

    package static let none = ContractKeys(declaration: nil)

    /// - Parameter declaration: as ``Contracts/init(json:)`` takes it; of one that declares more than it may, these are the first.
    package init(declaration: JSONValue?) { all = declaration?.members?.prefix(Contracts.maximum).map(\.name) ?? [] }

    /// Why an edge of `kind` to the task that declares these contracts cannot be; `nil` if it can.
    ///
    /// - Parameters:
    ///   - key: the contract that it is to deliver; `nil` for all.
    ///   - name: the task in the sentence, as in `task #41`.
    package func refusal(of kind: Dependency.Kind, delivering key: String?, from name: String) -> String? {
        guard kind == .input else {
            return key == nil ? nil : "only dependencies of type input have a contract_key, and this one is of type \(kind.rawValue)"
        }
        guard !all.isEmpty else {
            return "\(name) declares no contract that an input could deliver: give it produces first, or use type blocks"
        }
        guard let key, !all.contains(key) else { return nil }
        let declared = all.prefix(10).map { $0.cut(to: 128) }.joined(separator: ", ")
        let more = all.count > 10 ? " and \(all.count - 10) more" : ""
        return "\(name) declares no contract \(key.cut(to: 64)): it declares \(declared)\(more)"
    }
}

extension Contracts {
    /// Why an edge of `kind` to the task that declares these contracts cannot be; `nil` if it can.
    ///
    /// - Parameters:
    ///   - key: the contract that it is to deliver; `nil` for all.
    ///   - name: the task in the sentence, as in `task #41`.
    package func refusal(of kind: Dependency.Kind, delivering key: String?, from name: String) -> String? {
        guard kind == .input else {
            return key == nil ? nil : "only dependencies of type input have a contract_key, and this one is of type \(kind.rawValue)"
        }
        guard !isEmpty else {
            return "\(name) declares no contract that an input could deliver: give it produces first, or use type blocks"
        }
        guard let key, self[key] == nil else { return nil }
        return "\(name) declares no contract \(key.prefix(64)): it declares \(all.map(\.key).joined(separator: ", "))"
    }
}

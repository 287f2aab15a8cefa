import HubCore

extension HubTransaction {
    /// Whether the tasks that get data from `task` can live with its new contracts.
    ///
    /// - Throws: ``HubError/conflict(_:)`` that names who is hit: always if a contract that somebody waits for would be gone, and unless
    ///   `isAccepted` if the schema of one changes.
    func checkImpact(on task: AgentTask, of new: Contracts, isAccepted: Bool) throws {
        let old = task.content.contracts
        let users = try dependencies.neighbours(of: task.id).downstreams.filter { $0.edge.kind == .input }
        guard !users.isEmpty else { return }
        let gone = Set(old.all.map(\.key)).subtracting(new.all.map(\.key))
        let changed = Set(new.all.filter { contract in old[contract.key].map { $0 != contract } ?? false }.map(\.key))

        func hit(by keys: Set<String>) -> [Int] {
            users.filter { user in user.edge.contractKey.map(keys.contains) ?? !keys.isEmpty }.map(\.number)
        }
        let orphans = users.filter { user in user.edge.contractKey.map(gone.contains) ?? new.isEmpty }.map(\.number)
        guard orphans.isEmpty else {
            throw HubError.conflict(
                "\(Self.list(orphans)) would wait for contracts that task #\(task.number) no longer declares (\(gone.sorted().joined(separator: ", "))): drop those dependencies first"
            )
        }
        let touched = hit(by: gone.union(changed))
        guard touched.isEmpty || isAccepted else {
            throw HubError.conflict(
                "this changes contracts of task #\(task.number) (\(gone.union(changed).sorted().joined(separator: ", "))) that \(Self.list(touched)) will get: send accept_impact true to go on"
            )
        }
    }

    private static func list(_ numbers: [Int]) -> String {
        numbers.prefix(10).map { "#\($0)" }.joined(separator: ", ") + (numbers.count > 10 ? " and \(numbers.count - 10) more" : "")
    }
}

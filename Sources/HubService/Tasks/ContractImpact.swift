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

        let orphans = users.filter { user in user.edge.contractKey.map(gone.contains) ?? new.isEmpty }.map(\.number)
        guard orphans.isEmpty else {
            throw HubError.conflict(
                "\(Self.list(orphans)) would wait for contracts that task #\(task.number) no longer declares (\(gone.sorted().joined(separator: ", "))): drop those dependencies first"
            )
        }
        let all = gone.union(changed)
        let touched = users.filter { user in user.edge.contractKey.map(all.contains) ?? !all.isEmpty }
        guard touched.isEmpty || isAccepted else {
            let keys = all.filter { key in touched.contains { $0.edge.contractKey.map { $0 == key } ?? true } }.sorted().joined(
                separator: ", ")
            throw HubError.conflict(
                "this changes contracts of task #\(task.number) (\(keys)) that \(Self.list(touched.map(\.number))) will get: send accept_impact true to go on"
            )
        }
    }

    private static func list(_ numbers: [Int]) -> String {
        numbers.prefix(10).map { "#\($0)" }.joined(separator: ", ") + (numbers.count > 10 ? " and \(numbers.count - 10) more" : "")
    }
}

import HubCore
import HubStore

/// An agent hands in its result: as done, or for review where one is required or the agent asks for one.
///
/// Where the task has contracts, ``Hub/complete(_:as:once:)`` is the way: what was handed in is compared with their schemas outside the
/// transaction, and this use case only makes sure that it was, and against the contracts that still stand.
package struct CompleteTask: UseCase {
    package var report: AgentReport
    /// Any JSON.
    package var result: JSONValue
    /// What is handed in under the contracts, beside the result.
    package var contracts: JSONValue?
    /// What git measured on the agent's machine.
    package var diffStats: JSONValue?
    /// The agent asks for a review, whatever is required.
    package var forReview: Bool
    /// The declaration that the values were found to keep, `{}` for none.
    var checked: JSONValue?

    package init(
        _ report: AgentReport, result: JSONValue, contracts: JSONValue? = nil, diffStats: JSONValue? = nil, forReview: Bool = false
    ) {
        (self.report, self.result, self.contracts, self.forReview) = (report, result, contracts, forReview)
        self.diffStats = diffStats
    }

    /// The values have not been compared with these contracts yet.
    struct Unchecked: Error {
        /// As the task declares them, `{}` for none.
        let declaration: JSONValue
    }

    /// Before anything that looks at each value.
    func checkValues() throws {
        try checkSize(of: result, named: "result")
        let count = Fulfilment.count(in: result, contracts: contracts)
        guard count <= Contracts.maximumValues else {
            throw HubError.invalid(
                "a task hands in at most \(Contracts.maximumValues) contract values, not \(count): put them together, or into a file")
        }
    }

    var fulfilment: Fulfilment { Fulfilment(result: result, contracts: contracts) }

    package var right: Right { .permission(.report) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try report.subject(in: transaction) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        try checkValues()
        if let diffStats { try checkSize(of: diffStats, named: "git_diff_stats") }
        let project = try transaction.project(task.project)
        let needsReview = task.needsReview(in: project)
        let event: AgentTask.Event = forReview ? .submitted : .completed(needsReview: needsReview)
        if task.isRepetition(event) {
            return TaskOutcome(try transaction.view(of: task, in: project, hasDownstreams: false), isRepetition: true)
        }
        // The schemas themselves are read outside the transaction.
        let declared = task.content.produces ?? .object([])
        let fulfilment = fulfilment
        let hasValues = declared != .object([]) || !fulfilment.values.isEmpty
        guard !hasValues || checked == declared else { throw Unchecked(declaration: declared) }
        // What an earlier submission handed in is gone even if this one hands in nothing.
        if hasValues || task.result != nil {
            try transaction.contractValues.put(fulfilment.values, of: task.id, at: transaction.now)
        }
        (task.result, task.diffStats) = (result, diffStats)
        let keys = fulfilment.values.map(\.name)
        try transaction.move(
            &task, event, as: forReview || needsReview ? .taskSubmitted : .taskCompleted,
            data: keys.isEmpty ? .object([]) : ["contracts": JSONValue(keys)])
        return TaskOutcome(try transaction.view(of: task, in: project, hasDownstreams: false))
    }
}

/// What a task handed in breaks its contracts; the task stays as it was.
package struct ContractsBroken: Error, Sendable, CustomStringConvertible {
    package let faults: [ContractFault]

    package var description: String {
        let shown = faults.prefix(5).map(\.message).joined(separator: "; ")
        return "\(faults.count == 1 ? "1 fault" : "\(faults.count) faults") in contracts: \(shown)\(faults.count > 5 ? "; …" : "")"
    }
}

extension Hub {
    /// Completes a task, comparing what it hands in with its contracts first.
    ///
    /// - Throws: ``ContractsBroken``, and what ``run(_:as:once:)`` throws.
    package func complete(_ completion: CompleteTask, as caller: Caller, once key: HandledTable.Key? = nil) async throws -> TaskOutcome {
        try completion.checkValues()
        var completion = completion
        // Contracts may be edited between the comparison and the transaction; nobody does that for ever.
        for _ in 0..<5 {
            do {
                return try await run(completion, as: caller, once: key)
            } catch let unchecked as CompleteTask.Unchecked {
                let contracts: Contracts
                do { contracts = try Contracts(json: unchecked.declaration) } catch {
                    // Stored when more was allowed: nothing is let through unchecked.
                    throw HubError.conflict("the contracts of this task cannot be read any more: \(error); change what it produces")
                }
                let faults = completion.fulfilment.faults(under: contracts)
                guard faults.isEmpty else { throw ContractsBroken(faults: faults) }
                completion.checked = unchecked.declaration
            }
        }
        throw HubError.conflict("the contracts of this task are being changed: report again")
    }
}

extension HubTransaction {
    /// What a task gets from those it depends on, by contract key. Where two upstream tasks deliver the same key, the later one's is called
    /// `key#41` after its number.
    package func resolvedInputs(of task: AgentTask) throws -> JSONValue {
        var members: [JSONValue.Member] = []
        var taken: Set<String> = []
        for (number, value) in try contractValues.inputs(of: task.id) {
            let name = taken.insert(value.name).inserted ? value.name : "\(value.name)#\(number)"
            members.append(.init(name, value.value))
        }
        return .object(members)
    }
}

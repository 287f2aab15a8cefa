/// What a pipeline document became: tasks that belong together. `P3` for people.
package struct PipelineRun: Hashable, Sendable, Codable {
    package typealias ID = Identifier<PipelineRun>

    package let id: ID
    package let project: Project.ID
    /// From 1 in each project.
    package let number: Int
    package let name: String?
    package let createdBy: Actor
    package let createdAt: Timestamp
    /// Since when every task is at its end; `nil` while one is not.
    package var finishedAt: Timestamp?

    package init(
        id: ID, project: Project.ID, number: Int, name: String?, createdBy: Actor, createdAt: Timestamp, finishedAt: Timestamp? = nil
    ) {
        (self.id, self.project, self.number, self.name) = (id, project, number, name)
        (self.createdBy, self.createdAt, self.finishedAt) = (createdBy, createdAt, finishedAt)
    }

    /// How many tasks are in each state.
    package struct Counts: Hashable, Sendable, Codable {
        package private(set) var all: [AgentTask.State: Int]

        package init(_ all: [AgentTask.State: Int]) { self.all = all.filter { $0.value > 0 } }

        package subscript(state: AgentTask.State) -> Int { all[state] ?? 0 }
        package var total: Int { all.values.reduce(0, +) }
        package var open: Int { total - self[.done] - self[.failed] - self[.cancelled] }
        /// Somebody works on it, or will at once.
        package var running: Int { self[.assigned] + self[.planning] + self[.running] }
        package var waitingForPeople: Int { self[.planReview] + self[.needsHuman] + self[.review] }
    }
}

/// How people and clients name a pipeline: `P3`, `p3`, `3`, or its id.
package enum PipelineName: Hashable, Sendable {
    case number(Int)
    case id(PipelineRun.ID)

    package init?(_ text: some StringProtocol) {
        if let id = PipelineRun.ID(text) {
            self = .id(id)
            return
        }
        let digits = text.first.map { $0 == "P" || $0 == "p" } == true ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.count <= 9, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
            number > 0
        else { return nil }
        self = .number(number)
    }
}

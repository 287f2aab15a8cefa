import HubCore

/// How somebody names a task.
package enum TaskReference: Hashable, Sendable, Codable {
    case id(AgentTask.ID)
    /// The `#42` of people.
    case number(Int, in: Project.ID)
}

extension HubTransaction {
    /// - Throws: ``HubError/notFound(_:)``
    package func task(_ reference: TaskReference) throws -> AgentTask {
        switch reference {
        case .id(let id):
            guard let task = try tasks.find(id) else { throw HubError.notFound("there is no task \(id)") }
            return task
        case .number(let number, let project):
            guard let task = try tasks.find(number: number, in: project) else {
                let name = try projects.find(project)?.name
                throw HubError.notFound("there is no task #\(number)" + (name.map { " in project \($0)" } ?? ""))
            }
            return task
        }
    }
}

import HubCore
import HubStore

/// Keeps a document until somebody presses Create, for a week.
package struct KeepPipelineDraft: UseCase {
    package var project: Project.ID
    package var document: JSONValue

    package init(_ document: JSONValue, in project: Project.ID) {
        (self.project, self.document) = (project, document)
    }

    package struct Outcome: Codable, Sendable {
        package let id: PipelineRun.ID
    }

    package var right: Right { .permission(.createTask) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Outcome {
        let id = PipelineRun.ID.random()
        try transaction.pipelines.removeDrafts(before: transaction.now - .seconds(7 * 86_400))
        try transaction.pipelines.insertDraft(id, document, in: project.id, at: transaction.now)
        return Outcome(id: id)
    }
}

/// The document that was kept.
package struct GetPipelineDraft: Query {
    package static let permission = Permission.createTask
    package var id: PipelineRun.ID

    package init(_ id: PipelineRun.ID) { self.id = id }

    package func subject(in transaction: HubTransaction) throws -> (project: Project.ID, document: JSONValue) {
        guard let draft = try transaction.pipelines.draft(id) else {
            throw HubError.notFound("this document is not kept any more: send it again")
        }
        return draft
    }
    package func scope(of subject: (project: Project.ID, document: JSONValue)) -> Scope { Scope(project: subject.project) }
    package func answer(
        from subject: (project: Project.ID, document: JSONValue), in transaction: HubTransaction
    ) throws -> (project: Project.ID, document: JSONValue) { subject }
}

import HubCore
import HubStore

/// Keeps the document of a pipeline under a name.
package struct SaveTemplate: UseCase {
    package static let maximumTemplates = 200

    package var name: String
    package var pipeline: PipelineName
    package var project: Project.ID

    package init(_ name: String, of pipeline: PipelineName, in project: Project.ID) {
        (self.name, self.pipeline, self.project) = (name, pipeline, project)
    }

    package struct Outcome: Codable, Sendable {
        package let name: String
        /// The number of the pipeline.
        package let pipeline: Int
    }

    package var right: Right { .permission(.saveTemplate) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    /// - Throws: ``HubError/conflict(_:)`` where the name is taken, or the pipeline was made of no document.
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Outcome {
        let name = name.lowercased()
        guard SavedTemplate.isName(name) else {
            throw HubError.invalid("“\(name.prefix(40))” is no name for a template: use 1 to 32 of a–z, 0–9 and _, a letter first")
        }
        let run = try transaction.pipeline(pipeline, in: project.id)
        guard let document = try transaction.pipelines.document(of: run.id) else {
            throw HubError.conflict(
                "P\(run.number) was made by a schedule, and its document is not kept: save one that was sent as a document")
        }
        guard try transaction.templates.find(name, in: project.id) == nil else {
            throw HubError.conflict("there is a template \(name) already: remove it first, or choose another name")
        }
        guard try transaction.templates.list(in: project.id).count < Self.maximumTemplates else {
            throw HubError.conflict("a project keeps at most \(Self.maximumTemplates) templates: remove one first")
        }
        let template = SavedTemplate(
            id: .random(), project: project.id, name: name, document: document, createdBy: transaction.caller.actor,
            createdAt: transaction.now)
        try transaction.templates.insert(template)
        try transaction.append(
            .templateSaved, on: .template(template.id), in: project.id,
            data: ["name": .string(name), "pipeline": JSONValue(run.number)])
        return Outcome(name: name, pipeline: run.number)
    }
}

/// Forgets a template. What it created stays.
package struct RemoveTemplate: UseCase {
    package var name: String
    package var project: Project.ID

    package init(_ name: String, in project: Project.ID) { (self.name, self.project) = (name, project) }

    package var right: Right { .permission(.saveTemplate) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        let template = try transaction.template(name, in: project.id)
        try transaction.templates.remove(template.id)
        try transaction.append(.templateRemoved, on: .template(template.id), in: project.id, data: ["name": .string(template.name)])
        return Done()
    }
}

/// The saved templates of a project, by name.
package struct ListTemplates: Query {
    package static let permission = Permission.see
    package var project: Project.ID

    package init(in project: Project.ID) { self.project = project }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [SavedTemplate] {
        try transaction.templates.list(in: project.id)
    }
}

package struct GetTemplate: Query {
    package static let permission = Permission.see
    package var name: String
    package var project: Project.ID

    package init(_ name: String, in project: Project.ID) { (self.name, self.project) = (name, project) }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> SavedTemplate {
        try transaction.template(name, in: project.id)
    }
}

extension HubTransaction {
    fileprivate func template(_ name: String, in project: Project.ID) throws -> SavedTemplate {
        guard let template = try templates.find(name.lowercased(), in: project) else {
            throw HubError.notFound("there is no template \(name.prefix(40))")
        }
        return template
    }
}

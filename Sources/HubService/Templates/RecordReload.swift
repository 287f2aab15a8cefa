import HubCore
import HubStore

/// Writes down that somebody had the files of commands read anew, and what came of it. The commands are those of all projects, and so the
/// log of each one says it.
package struct RecordReload: UseCase {
    /// Of each list of names so many are kept.
    private static let shown = 50

    /// Names of commands.
    package var added: [String]
    package var changed: [String]
    package var removed: [String]
    /// Commands whose files are broken now, and that stay as they were.
    package var kept: [String]
    /// Where a file is broken, and by which rule, as in `deploy.yaml:5:3: document`; nothing of what it holds.
    package var faults: [String]
    /// In which the person asks.
    package var project: Project.ID

    package init(added: [String], changed: [String], removed: [String], kept: [String], faults: [String], in project: Project.ID) {
        (self.added, self.changed, self.removed) = (added, changed, removed)
        (self.kept, self.faults, self.project) = (kept, faults, project)
    }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on _: Project, in transaction: HubTransaction) throws -> Done {
        let lists = [("added", added), ("changed", changed), ("removed", removed), ("kept", kept), ("faults", faults)]
        let data = JSONValue.object(
            lists.filter { !$0.1.isEmpty }.map { name, all in
                let rest = all.count > Self.shown ? ["… and \(all.count - Self.shown) more"] : []
                return .init(name, .array((all.prefix(Self.shown) + rest).map(JSONValue.string)))
            })
        for project in try transaction.projects.all() {
            try transaction.append(.commandsReloaded, on: .project(project.id), in: project.id, data: data)
        }
        return Done()
    }
}

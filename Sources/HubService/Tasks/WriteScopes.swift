import HubCore
import HubStore

extension TaskView {
    /// A task on a server whose write scope overlaps with that of one that waits.
    package struct Writer: Hashable, Sendable, Codable {
        package let id: AgentTask.ID
        package let number: Int
        package let title: String
        /// The pattern of the waiting task, and the other's.
        package let pattern: String
        package let theirs: String

        /// - Parameter name: how the reader calls a task.
        package func sentence(_ name: (Int) -> String) -> String {
            "waits until \(name(number)) is done, which changes the same files (\(theirs)\(pattern == theirs ? "" : " and \(pattern)"))"
        }
    }
}

extension HubTransaction {
    /// The first task on a server that changes the same files of the same repository.
    func writer(before task: AgentTask) throws -> TaskView.Writer? {
        try writer(than: task.id, in: task.project, task.content)
    }

    private func writer(than task: AgentTask.ID, in project: Project.ID, _ content: AgentTask.Content) throws -> TaskView.Writer? {
        guard let repository = content.writesIn else { return nil }
        for entry in try writeScopes.all(in: repository, of: project) where entry.task != task {
            guard let overlap = content.requirements.writes.overlap(with: entry.scope) else { continue }
            return .init(id: entry.task, number: entry.number, title: entry.title, pattern: overlap.own, theirs: overlap.other)
        }
        return nil
    }

    /// Notes what a task that has just been assigned changes.
    func holdWriteScope(of task: AgentTask) throws {
        guard let repository = task.content.writesIn else { return }
        try writeScopes.put(task.content.requirements.writes, in: repository, of: task)
    }

    /// A task left its server: those that waited for its files may go, the most urgent and then the oldest first.
    func releaseWriteScope(of task: AgentTask) throws {
        guard let repository = task.content.writesIn else { return }
        try writeScopes.remove(of: task.id)
        try placeWriters(to: repository, in: task.project)
    }

    private func placeWriters(to repository: String, in project: Project.ID) throws {
        var heads: [TaskTable.Head] = []
        var last = -1
        while let head = try tasks.nextHead(in: project, afterClass: last, writingTo: repository) {
            heads.append(head)
            last = head.placementClass
        }
        // Of each class one can go at most: it overlaps with the others.
        try place(unblocked: heads.sorted(), in: project)
    }

    /// What people edit of a task that is on a server must not overlap with what another one changes.
    func changeWriteScope(of task: AgentTask, to content: AgentTask.Content) throws {
        guard task.state.isPlaced,
            content.writesIn != task.content.writesIn || content.requirements.writes != task.content.requirements.writes
        else { return }
        if let writer = try writer(than: task.id, in: task.project, content) {
            throw HubError.conflict("task #\(writer.number) changes the same files (\(writer.theirs)) now: edit this when that is done")
        }
        var changed = task
        changed.content = content
        try writeScopes.remove(of: task.id)
        try holdWriteScope(of: changed)
        if let old = task.content.writesIn { try placeWriters(to: old, in: task.project) }
    }
}

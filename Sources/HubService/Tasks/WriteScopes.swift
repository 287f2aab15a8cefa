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

    /// A task left its server, and its files.
    ///
    /// - Returns: the repository in which others may have waited for these; `nil` if it changed none that it named.
    func releaseWriteScope(of task: AgentTask) throws -> String? {
        guard let repository = task.content.writesIn else { return nil }
        try writeScopes.remove(of: task.id)
        return repository
    }

    /// The next task of a class whose files no task on a server changes. At most a thousand are looked at, and a hundred different
    /// scopes that are taken, before only those count that name no files: as many may wait for the same files, and each change of these
    /// asks again.
    ///
    /// - Parameter repository: lower case; only tasks that say which paths of it they change.
    func nextFree(after head: TaskTable.Head, in project: Project.ID, writingTo repository: String? = nil) throws -> TaskTable.Head? {
        var (last, size, left) = (head, 1, 1000)
        var held: [WriteScopeTable.Entry]?
        var taken: Set<WriteScope> = []
        while left > 0, taken.count < 100 {
            // Mostly the very next one will do.
            let page = try tasks.following(last, in: project, writingTo: repository, limit: size)
            for next in page {
                // Tasks of one class are of one repository.
                guard let changed = next.writesIn else { return next.head }
                guard !taken.contains(next.writes) else { continue }
                let scopes = try held ?? writeScopes.all(in: changed, of: project)
                held = scopes
                guard scopes.contains(where: { next.writes.overlap(with: $0.scope) != nil }) else { return next.head }
                taken.insert(next.writes)
            }
            guard page.count == size, let end = page.last else { return nil }
            (last, left, size) = (end.head, left - size, 100)
        }
        // Those that change no files that they name do not wait for any.
        return repository == nil ? try tasks.nextWithoutFiles(after: last, in: project) : nil
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
        if let old = task.content.writesIn { try place(unblocked: [], andWritersTo: old, in: task.project) }
    }
}

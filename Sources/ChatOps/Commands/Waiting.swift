import HubCore
import HubService
import HubStore

/// What waits for a decision, and which of it a typed word means.
enum Waiting {
    /// What is there for less has hardly been read: while something else waits, a word that names nothing may mean that.
    private static let readingTime = Duration.seconds(10)

    /// What `/approve` or `/revise` is about (chat page, "Commands").
    enum Meaning {
        case decision(TaskView)
        /// Nothing was shown that is certainly meant: this is to be looked at first.
        case unseen(TaskView)
        case nothing(in: Project)
        /// Which of these is meant must be said.
        case oneOf([TaskView], total: Int)
    }

    /// The task that is named; else that of the message that is replied to; else the one whose plan or result was shown last in this chat,
    /// if nothing of another task was shown since; else what has waited longest is to be looked at.
    static func meaning(of task: TaskName?, in context: ChatContext) async throws -> Meaning {
        let request = context.request
        if let task { return .decision(try await context.view(named: task)) }
        if let id = request.repliedTo?.topic?.task { return .decision(try await context.view(.id(id))) }
        guard let shown = request.decisions.first, let id = shown.topic.task, id == request.lastShown?.task else {
            let project = try await context.project()
            return try await oldest(in: project.id, context).map { Meaning.unseen($0) } ?? .nothing(in: project)
        }
        let view: TaskView
        do { view = try await context.view(.id(id)) } catch HubError.notFound {
            // Of a project that they were taken out of since.
            let project = try await context.project()
            return try await oldest(in: project.id, context).map { Meaning.unseen($0) } ?? .nothing(in: project)
        }
        // Another result than the one that was shown.
        if view.task.state == .review, shown.at < view.task.since { return .unseen(view) }
        if isOpen(view), (request.writtenAt ?? context.now).since(shown.at) < readingTime {
            let waiting = try await list(in: view.project.id, limit: 10, context)
            if waiting.total > 1 { return .oneOf(waiting.tasks, total: waiting.total) }
        }
        return .decision(view)
    }

    static func isOpen(_ view: TaskView) -> Bool { view.task.state == .planReview || view.task.state == .review }

    /// The version of the plan that a typed word decides on: what the message that is replied to shows, else what this chat was shown last.
    /// `nil` where a result waits, and where no version was shown: who was reminded of a plan has not seen it.
    static func hash(of view: TaskView, in context: ChatContext) -> String? {
        guard view.task.state != .review else { return nil }
        let current = view.task.plan?.hash
        func hash(_ topic: Topic?) -> String? { topic?.task == view.task.id ? topic?.planHash : nil }
        if let replied = hash(context.request.repliedTo?.topic), replied != current { return replied }
        let shown = hash(context.request.decisions.first { $0.topic.task == view.task.id }?.topic)
        // Once it is decided the task's log knows more than an old version.
        return view.task.state == .planReview || shown == current ? shown : nil
    }

    /// The plan or result that has waited longest.
    static func oldest(in project: Project.ID, _ context: ChatContext) async throws -> TaskView? {
        let waiting = try await list(in: project, limit: 200, context).tasks
        guard let oldest = waiting.min(by: { $0.task.since < $1.task.since }) else { return nil }
        return try await context.view(.id(oldest.task.id))
    }

    private static func list(
        in project: Project.ID, limit: Int, _ context: ChatContext
    ) async throws -> (tasks: [TaskView], total: Int) {
        let filter = TaskFilter(project: project, states: [.planReview, .review], limit: limit, newestFirst: false)
        let answer = try await context.ask(ListTasks(filter))
        return (answer.tasks, answer.total)
    }

    static func nothing(in project: Project, _ context: ChatContext) -> ChatReply {
        context.reply(ChatText("Nothing waits for a decision in \(project.name)."))
    }
}

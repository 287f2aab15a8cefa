import HubCore

import enum HubCore.JSONValue

/// What a client asked of the hub, and what it heard.
struct Operation: Sendable {
    enum Kind: String, Sendable {
        case create, pipeline, start, complete, submit, fail, cancel, retry, approve, revise, release
        case addEdge = "add edge"
        case dropEdge = "drop edge"

        /// What the log holds of it.
        var events: [Event.Kind] {
            switch self {
            case .create: [.taskCreated]
            case .pipeline: [.pipelineCreated]
            case .start: [.taskStarted]
            case .complete: [.taskCompleted, .taskSubmitted]
            case .submit: [.taskSubmitted]
            case .fail: [.taskFailed]
            case .cancel: [.taskCancelled]
            case .retry: [.taskRetried]
            case .approve: [.taskApproved]
            case .revise: [.taskRevised]
            case .release: [.taskReleased]
            case .addEdge: [.taskDependencyAdded]
            case .dropEdge: [.taskDependencyRemoved]
            }
        }
    }

    let kind: Kind
    /// The id of the task; of what is to be created, the title or the pipeline's name.
    let subject: String
    /// Of a report.
    var attempt: Int?
    /// Of what is to be created: by title, the upstream tasks of each, by id or title.
    var tasks: [String: Set<String>] = [:]
    /// `nil`: none came, so that it happened wholly or not at all.
    var status: Int?

    var isDone: Bool { status.map { (200..<300).contains($0) } ?? false }
    /// The hub may refuse what does not fit the state any more.
    var isFault: Bool { status.map { !(200..<300).contains($0) && ![404, 409, 422].contains($0) } ?? false }
}

import HubCore
import HubService

/// Retry, cancel, release: what would happen is said first, and done by a confirming button.
package enum StopAction: String, CaseIterable, Hashable, Sendable, Codable {
    case retry, cancel, release

    var permission: Permission {
        switch self {
        case .retry: .retryTask
        case .cancel: .cancelTask
        case .release: .releaseTask
        }
    }

    var event: AgentTask.Event {
        switch self {
        case .retry: .retried
        case .cancel: .cancelled
        case .release: .released(.byHand)
        }
    }

    func question(about task: TaskReference, in context: ChatContext) async throws -> ChatMessage {
        let view = try await context.view(task)
        try await context.require(permission, in: view.project)
        guard view.task.state.after(event) != nil else { throw AgentTask.IllegalTransition(task: view.task, event: event) }
        let style = try await context.style(for: view.project)
        var text = style.heading(view)
        text.nextLine(ChatText(consequence(for: view, context.label)))
        return ChatMessage(text, buttons: [[button(view.task.id)]], topic: .confirmation(view.task.id, self))
    }

    private func button(_ id: AgentTask.ID) -> ChatButton {
        switch self {
        case .retry: ChatButton("Yes, retry", .retry(id, isConfirmed: true), style: .primary)
        case .cancel: ChatButton("Yes, cancel it", .cancel(id, isConfirmed: true), style: .danger)
        case .release: ChatButton("Yes, release it", .release(id, isConfirmed: true), style: .danger)
        }
    }

    private func consequence(for view: TaskView, _ label: TaskLabel) -> String {
        let server = AgentText.line(view.serverName ?? "its server")
        switch self {
        case .retry:
            return "Retry begins attempt \(view.task.attempt + 1): it waits for a free server, and starts from its spec again."
        case .release:
            return "Release takes it away from \(server): the agent there is out, and it waits for a server again."
        case .cancel:
            let held = view.downstreams.filter(\.edge.isOpenBlocker)
            let held5 = held.prefix(5).map { label.text($0.number, in: view.project) }.joined(separator: ", ")
            let agent = view.task.state.isPlaced ? " The agent on \(server) is told to stop." : ""
            return "Cancel ends it; it can be retried later.\(agent)"
                + (held.isEmpty ? "" : " \(held5)\(held.count > 5 ? " and \(held.count - 5) more" : "") will keep waiting for it.")
        }
    }
}

protocol StopCommand: ChatCommand {
    static var action: StopAction { get }
    var task: TaskName? { get }
}

extension StopCommand {
    static var permission: Permission? { action.permission }
    func reply(in context: ChatContext) async throws -> ChatReply {
        let reference = try await context.reference(task, orShown: false)
        return context.reply(try await Self.action.question(about: reference, in: context))
    }
}

/// `/retry #42`: now; `/retry #42 stop`: not again by itself.
struct RetryCommand: StopCommand {
    static let action = StopAction.retry
    let task: TaskName?
    let stops: Bool

    init(_ line: CommandLine) throws(UsageError) {
        task = try line.optionalTask()
        stops = line.words.count == 2 && line.words[1].lowercased() == "stop"
        try line.atMost(stops ? 2 : 1)
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let reference = try await context.reference(task, orShown: false)
        guard stops else { return context.reply(try await Self.action.question(about: reference, in: context)) }
        let view = try await context.run(StopRetry(reference)).view
        var message = FailureMessage(view, try await context.style(for: view.project)).message()
        message.urgency = .answer
        message.text.nextLine(
            ChatText("It is not tried again by itself: \(AgentText.line(try context.person().name, limit: 64)) stopped that."))
        return context.reply(message)
    }
}

struct CancelCommand: StopCommand {
    static let action = StopAction.cancel
    let task: TaskName?
    init(_ line: CommandLine) throws(UsageError) { task = try line.optionalTask() }
}

struct ReleaseCommand: StopCommand {
    static let action = StopAction.release
    let task: TaskName?
    init(_ line: CommandLine) throws(UsageError) { task = try line.optionalTask() }
}

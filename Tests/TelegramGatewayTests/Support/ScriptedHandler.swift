import ChatOps
import Foundation
import HubCore
import HubService
import HubStore
import LiveSessions
import TelegramGateway

/// A handler that answers as a test says, and remembers what it was asked.
final class ScriptedHandler: ChatHandler {
    typealias Answer = @Sendable (ChatRequest, Hub) async throws -> ChatReply
    typealias PressAnswer = @Sendable (ButtonPress, Hub) async throws -> ChatReply
    typealias Notices = @Sendable (Event, HubTransaction) throws -> Notice?

    let hub = Locked<Hub?>(nil)
    let live: Locked<LiveSessions?>
    private let requestLog = Locked([ChatRequest]())
    private let pressLog = Locked([ButtonPress]())
    private let answer: Answer
    private let pressAnswer: PressAnswer
    private let notices: Notices
    /// Whom to ask instead.
    private let real: @Sendable (Hub) -> (any ChatHandler)?

    init(
        notices: @escaping Notices = { _, _ in nil }, press: @escaping PressAnswer = { _, _ in ChatReply(toast: "done") },
        answer: @escaping Answer = { request, _ in ChatReply(ChatText("you said \(request.text)")) }
    ) {
        (self.answer, pressAnswer, self.notices) = (answer, press, notices)
        real = { _ in nil }
        live = Locked(nil)
    }

    /// Passes all on to the handler that `real` makes of the hub.
    init(asking real: @escaping @Sendable (Hub) -> any ChatHandler, live: Locked<LiveSessions?> = Locked(nil)) {
        self.answer = { _, _ in .silence }
        pressAnswer = { _, _ in .silence }
        notices = { _, _ in nil }
        (self.real, self.live) = (real, live)
    }

    /// The commands of the catalogue, with the station's terminals.
    static func real() throws -> ScriptedHandler {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized
        let catalogue = try Catalogue.load(from: root.appendingPathComponent("commands").path)
        let terminals = LateTerminals()
        return ScriptedHandler(
            asking: { ChatOps(hub: $0, catalogue: catalogue, publicURL: { "http://127.0.0.1" }, terminals: terminals) }, live: terminals.box
        )
    }

    private var theReal: (any ChatHandler)? { hub.withLock { $0 }.flatMap { real($0) } }

    var requests: [ChatRequest] { requestLog.withLock { $0 } }
    var presses: [ButtonPress] { pressLog.withLock { $0 } }

    private func theHub() throws -> Hub {
        guard let hub = hub.withLock({ $0 }) else { throw HubError.unavailable("no hub yet") }
        return hub
    }

    func reply(to request: ChatRequest) async throws -> ChatReply {
        requestLog.withLock { $0.append(request) }
        if let theReal { return try await theReal.reply(to: request) }
        return try await answer(request, try theHub())
    }

    func reply(to press: ButtonPress) async throws -> ChatReply {
        pressLog.withLock { $0.append(press) }
        if let theReal { return try await theReal.reply(to: press) }
        return try await pressAnswer(press, try theHub())
    }

    func notice(of event: Event, label: TaskLabel, in transaction: HubTransaction) throws -> Notice? {
        if let theReal { return try theReal.notice(of: event, label: label, in: transaction) }
        return try notices(event, transaction)
    }

    func countdown(of session: Session, label: TaskLabel, in transaction: HubTransaction) throws -> Countdown? {
        try theReal?.countdown(of: session, label: label, in: transaction)
    }

    func card(of view: TaskView, label: TaskLabel) -> ChatMessage {
        if let theReal { return theReal.card(of: view, label: label) }
        return ChatMessage(
            ChatText("card #\(view.task.number) \(view.task.content.title)"),
            buttons: [[ChatButton("Cancel", .cancel(view.task.id, isConfirmed: false))]],
            urgency: .card, topic: .task(view.task.id))
    }

    func answer(to event: Event, label: TaskLabel, in transaction: HubTransaction) throws -> ChatReply? {
        try theReal?.answer(to: event, label: label, in: transaction)
    }

    func tail(
        _ view: SessionView, in project: Project, _ state: TerminalView.Tail, ending: TailEnd?, label: TaskLabel
    ) -> ChatMessage {
        if let theReal { return theReal.tail(view, in: project, state, ending: ending, label: label) }
        return ChatMessage(ChatText("tail \(state.rawValue)"), terminal: .tail(view.session.id, state))
    }

    func card(of view: PipelineView, at now: Timestamp) -> ChatMessage { theReal?.card(of: view, at: now) ?? ChatMessage("pipeline") }

    func menu(isPrivate: Bool, role: Role?, saved: [SavedTemplate]) -> [(name: String, summary: String)] {
        if let theReal { return theReal.menu(isPrivate: isPrivate, role: role, saved: saved) }
        return [("tasks", isPrivate ? "my tasks" : "the tasks")] + saved.map { ($0.name, "saved") }
    }

    /// `/new TITLE` as the real commands do it: a use case under the request's key.
    static let creating: Answer = { request, hub in
        var project = request.place.project
        if project == nil { project = try await hub.project(named: "default") }
        guard let project else { return .silence }
        let title = String(request.text.drop { !$0.isWhitespace }).trimmed
        let outcome = try await hub.run(
            CreateTask(project: project.id, content: AgentTask.Content(title: title)), as: request.sender.caller, once: request.key)
        return ChatReply([ChatMessage(ChatText("created #\(outcome.task.number)"), topic: .task(outcome.task.id))])
    }
}

/// Opens once; whoever waits goes on then.
final class Latch: Sendable {
    private let state = Locked((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Terminals that are there once the station is.
private final class LateTerminals: ChatTerminals {
    let box = Locked<LiveSessions?>(nil)

    private var live: LiveSessions? { box.withLock { $0 } }

    func isLive(_ session: Session.ID) async -> Bool { await live?.isLive(session) ?? false }
    func log(of session: Session.ID) async -> [UInt8]? { await live?.log(of: session) }
    func recording(of session: Session.ID) async -> [UInt8]? { await live?.recording(of: session) }
    func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingReceipt {
        await live?.type(text, into: session, submits: submits) ?? .noSession
    }
    func press(_ key: PadKey, in session: Session.ID) async -> TypingReceipt { await live?.press(key, in: session) ?? .noSession }
}

import HubCore
import HubService

/// Turns what people say in chats into use cases, and what comes of them into messages. Knows no network: the gateway brings
/// requests and carries replies.
package struct ChatOps: Sendable {
    package let hub: Hub
    /// The live terminals; a hub without any refuses what needs one in a sentence.
    package let terminals: any ChatTerminals
    private let shelf: Locked<Catalogue>
    /// The menus of bots are to be shown anew.
    let menusChanged: @Sendable () -> Void
    /// The address that goes into registration tokens and links.
    package let publicURL: @Sendable () -> String
    /// What `/status` shows beside the database: one line for each bot.
    package let botStatus: @Sendable () async -> [String]
    /// Draws what `/graph` shows.
    package let drawGraph: GraphDrawing
    /// What `/status` calls the program.
    package let version: String
    /// Slows guessing of codes down.
    let tries = TryLimiter()

    package init(
        hub: Hub, catalogue: Catalogue, publicURL: @escaping @Sendable () -> String, version: String = "development version",
        terminals: (any ChatTerminals)? = nil,
        drawGraph: @escaping GraphDrawing = { _ throws(GraphDrawingError) in throw .missing },
        menusChanged: @escaping @Sendable () -> Void = {}, botStatus: @escaping @Sendable () async -> [String] = { [] }
    ) {
        (self.hub, self.publicURL, self.botStatus, self.menusChanged) = (hub, publicURL, botStatus, menusChanged)
        shelf = Locked(catalogue)
        (self.version, self.drawGraph) = (version, drawGraph)
        self.terminals = terminals ?? NoTerminals()
    }

    /// The commands as they were read last.
    package var catalogue: Catalogue { shelf.withLock { $0 } }

    /// From now on these are the commands.
    func use(_ catalogue: Catalogue) {
        shelf.withLock { $0 = catalogue }
        menusChanged()
    }
}

/// The seam to the gateway. Every error becomes a sentence in the reply; only faults of the database are thrown, so that the
/// update is tried again.
package protocol ChatHandler: Sendable {
    /// - Throws: ``HubError/unavailable(_:)``; nothing has happened then.
    func reply(to request: ChatRequest) async throws -> ChatReply
    func reply(to press: ButtonPress) async throws -> ChatReply

    /// The notification that an event causes, if any, and whether it changes the task's card. Only the words depend on `label`.
    /// Called inside the transaction that moves the notifier's cursor.
    func notice(of event: Event, label: TaskLabel, in transaction: HubTransaction) throws -> Notice?
    /// What the message about a usage limit that a terminal waits for becomes as time goes by; `nil` where there is none, or its end is
    /// not known. Called like ``notice(of:label:in:)``.
    func countdown(of session: Session, label: TaskLabel, in transaction: HubTransaction) throws -> Countdown?
    /// What those hear whose message the event is about: words that reached an agent, a file that came. Only its first message's text, its
    /// file and its reaction count. Called like ``notice(of:label:in:)``.
    func answer(to event: Event, label: TaskLabel, in transaction: HubTransaction) throws -> ChatReply?
    /// A tail as it goes on or ends without anybody's word.
    func tail(
        _ view: SessionView, in project: Project, _ state: TerminalView.Tail, ending: TailEnd?, label: TaskLabel
    ) -> ChatMessage
    /// The card of a task as it stands.
    func card(of view: TaskView, label: TaskLabel) -> ChatMessage
    /// The message that shows how far a pipeline is.
    func card(of view: PipelineView, at now: Timestamp) -> ChatMessage
    /// Commands for the menu of a kind of chat and role, and of a project's templates behind them: name and one line each. Without a role,
    /// those that anyone may use.
    func menu(isPrivate: Bool, role: Role?, saved: [SavedTemplate]) -> [(name: String, summary: String)]
}

/// How far it is to the end of a usage limit.
package struct Countdown: Hashable, Sendable {
    /// The sequence number of the event that told of the limit.
    package let event: Int64
    /// Minutes until the end, rounded the more the farther it is; messages are edited when it is another.
    package let stage: Int64
    package let redraw: Notice.Redraw
    /// When the limit ends.
    package let end: Timestamp
    /// What people are told once when it has ended, unless they were told of the limit after that.
    package let over: ChatMessage?

    package init(event: Int64, stage: Int64, redraw: Notice.Redraw, end: Timestamp, over: ChatMessage? = nil) {
        (self.event, self.stage, self.redraw, self.end, self.over) = (event, stage, redraw, end, over)
    }
}

/// What an event means for chats.
package struct Notice: Hashable, Sendable {
    /// The task whose cards need redrawing.
    package var task: AgentTask.ID?
    /// Other tasks whose cards show something that has changed with this one.
    package var neighbours: [AgentTask.ID]
    /// A message of its own; `nil` where the card is enough.
    package var message: ChatMessage?
    /// Told to the owners in private, and not in the chats that work in the project.
    package var isForOwners = false
    /// Passes through quiet hours: somebody must decide about, or has to know of the failure of, what people marked critical.
    package var isUrgent = false
    /// Notices with the same key are one message, edited: "server lost" becomes "server back".
    package var key: String?
    /// What messages with open buttons become, now that those have nothing to decide any more.
    package var redraws: [Redraw]

    package init(
        task: AgentTask.ID? = nil, neighbours: [AgentTask.ID] = [], message: ChatMessage? = nil, key: String? = nil, redraws: [Redraw] = []
    ) {
        (self.task, self.neighbours, self.message, self.key, self.redraws) = (task, neighbours, message, key, redraws)
    }

    /// All messages about `topic` that still have buttons become `message`, or only lose the buttons if that is `nil`.
    package struct Redraw: Hashable, Sendable {
        package let topic: Topic
        package let message: ChatMessage?

        package init(_ topic: Topic, _ message: ChatMessage?) {
            (self.topic, self.message) = (topic, message)
        }
    }
}

import HubCore

/// One message that the hub shows in a chat. The gateway splits it if it is long, and makes a document of what is very long.
package struct ChatMessage: Hashable, Sendable, Codable {
    package var text: ChatText
    /// Rows of buttons.
    package var buttons: [[ChatButton]]
    package var urgency: Urgency
    /// What a reply to this message is about.
    package var topic: Topic?
    /// Opens the reply box with this hint: the way to ask for free text that works in groups, too.
    package var asksForReply: String?
    package var document: ChatDocument?
    /// Shows a secret: the message deletes itself after this many seconds, and is never stored in clear.
    package var vanishesAfter: Int?
    /// What of a terminal it shows besides.
    package var terminal: TerminalView?
    /// A file that the hub keeps, attached when the message is sent.
    package var file: HubFile.ID?
    /// The pipeline whose progress it shows: it is kept current.
    package var pipeline: PipelineRun.ID?
    /// A PNG above the text.
    package var picture: ChatDocument?

    package init(
        _ text: ChatText, buttons: [[ChatButton]] = [], urgency: Urgency = .answer, topic: Topic? = nil, asksForReply: String? = nil,
        document: ChatDocument? = nil, vanishesAfter: Int? = nil, terminal: TerminalView? = nil,
        file: HubFile.ID? = nil, pipeline: PipelineRun.ID? = nil, picture: ChatDocument? = nil
    ) {
        (self.text, self.buttons, self.urgency, self.topic) = (text, buttons, urgency, topic)
        (self.asksForReply, self.document, self.vanishesAfter) = (asksForReply, document, vanishesAfter)
        (self.terminal, self.file) = (terminal, file)
        (self.pipeline, self.picture) = (pipeline, picture)
    }

    /// The lanes of the budget, most urgent first (chat page, "Settled details").
    package enum Urgency: String, CaseIterable, Hashable, Sendable, Codable {
        /// To somebody who asked.
        case answer
        /// Somebody must decide, or something failed: rings.
        case decision
        /// Something is done.
        case result
        /// Keeps a card current: silent.
        case card
        /// Live output: silent, and yields to everything.
        case live

        package var rings: Bool { self == .decision || self == .answer }
    }
}

/// What a message is about, so that a reply to it is understood. Stored beside the message's id.
package enum Topic: Hashable, Sendable, Codable {
    /// A task's card or result. A reply is a note… or whatever is due: see `ChatOps`.
    case task(AgentTask.ID)
    /// This very plan. A reply with text is a revision with that feedback.
    case plan(AgentTask.ID, hash: String)
    /// A result under review. A reply with text sends it back with that feedback.
    case review(AgentTask.ID)
    /// A failure. A reply is a note.
    case failure(AgentTask.ID)
    /// A question of an agent. A reply answers it.
    case intervention(Intervention.ID, AgentTask.ID)
    /// Our question whether to go through with it. A reply is a note.
    case confirmation(AgentTask.ID, StopAction)
    /// A terminal, and the task that it works on. A reply is typed into it.
    case terminal(Session.ID, AgentTask.ID?)
    /// What a terminal waits for. A reply is typed into it.
    case prompt(Session.ID, AgentTask.ID?)
    /// How far a pipeline is, or that it is over. `/pipeline save` in reply to it means this one.
    case pipeline(PipelineRun.ID)
    /// A question of ours in a conversation (the guided `/new`).
    case conversation

    package var task: AgentTask.ID? {
        switch self {
        case .task(let id), .plan(let id, _), .review(let id), .failure(let id), .intervention(_, let id), .confirmation(let id, _): id
        case .terminal(_, let id), .prompt(_, let id): id
        case .pipeline, .conversation: nil
        }
    }

    package var terminal: Session.ID? {
        switch self {
        case .terminal(let id, _), .prompt(let id, _): id
        case .task, .plan, .review, .failure, .intervention, .confirmation, .pipeline, .conversation: nil
        }
    }
}

package struct ChatDocument: Hashable, Sendable, Codable {
    package var name: String
    package var bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        (self.name, self.bytes) = (name, bytes)
    }
}

/// A button. What it does is stored in a row; Telegram only carries the row's id.
package struct ChatButton: Hashable, Sendable, Codable {
    package enum Style: String, Hashable, Sendable, Codable {
        case primary, success, danger
    }

    package var label: String
    package var action: ButtonAction
    package var style: Style?

    package init(_ label: String, _ action: ButtonAction, style: Style? = nil) {
        (self.label, self.action, self.style) = (label, action, style)
    }
}

/// What a press does, with the presser's own rights.
package enum ButtonAction: Hashable, Sendable, Codable {
    case approve(AgentTask.ID, planHash: String?)
    /// Asks for feedback first; a reply to that question sends it back.
    case revise(AgentTask.ID, planHash: String?)
    /// Sends the plan, or without a hash the result, back with feedback that was typed before.
    case sendBack(AgentTask.ID, planHash: String?, feedback: String)
    /// Puts the decision off: the buttons stay, the presser is told how to come back to it.
    case later(AgentTask.ID)
    case answer(Intervention.ID, AgentTask.ID, text: String)
    /// Says what would happen, with a confirming button; `isConfirmed` does it.
    case retry(AgentTask.ID, isConfirmed: Bool)
    case cancel(AgentTask.ID, isConfirmed: Bool)
    case release(AgentTask.ID, isConfirmed: Bool)
    /// `nil`: the hub chooses.
    case assign(AgentTask.ID, server: Server.ID?)
    /// Carries out a command line as the presser, and edits the pressed message if `inPlace`.
    case command(String, inPlace: Bool)
    /// Presses keys in a session's terminal.
    case press(Session.ID, [PadKey], PadView)
    /// Asks what to type; a reply to that question is typed.
    case type(Session.ID)
    /// Types these words and Enter: “continue”, a nudge.
    case send(Session.ID, String)
    /// Takes an option of a prompt, if the terminal still shows that prompt.
    case choose(Session.ID, PromptChoice, prompt: String?)
    /// Puts a warning away: the buttons go, and who did it is said.
    case keep(Session.ID)
    /// Opens a page; no row needed.
    case open(url: String)
}

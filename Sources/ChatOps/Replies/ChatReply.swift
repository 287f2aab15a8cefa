import HubCore
import HubStore

/// What the hub answers to a message or a press.
package struct ChatReply: Hashable, Sendable {
    /// New messages, in order, in reply to the one that asked.
    package var messages: [ChatMessage]
    /// A reaction to the message that asked; only ✍ 👌 👍 👀 🎉 🤔 are used.
    package var reaction: String?
    /// For a press: shown at the button, at most 200 characters.
    package var toast: String?
    /// The toast waits for a tap: refusals.
    package var isAlert: Bool
    /// For a press: what the pressed message becomes.
    package var edit: ChatMessage?
    /// What the person's conversation in this chat becomes; ``Conversation/none`` ends it.
    package var conversation: Conversation
    /// The project that the chat works in from now on (`/project`, `/bind`, `/unbind`).
    package var switchesTo: ProjectSwitch?
    /// What to tell the asker of later: that it reached the agent, or that it did not.
    package var receipt: Receipt?
    /// The file that the message sent or asked for: the asker hears what became of it.
    package var file: HubFile.ID?

    package init(
        _ messages: [ChatMessage] = [], reaction: String? = nil, toast: String? = nil, isAlert: Bool = false, edit: ChatMessage? = nil,
        conversation: Conversation = .none, switchesTo: ProjectSwitch? = nil, receipt: Receipt? = nil,
        file: HubFile.ID? = nil
    ) {
        (self.messages, self.reaction, self.toast, self.isAlert) = (messages, reaction, toast, isAlert)
        (self.edit, self.conversation, self.switchesTo) = (edit, conversation, switchesTo)
        (self.receipt, self.file) = (receipt, file)
    }

    package init(_ text: ChatText) { self.init([ChatMessage(text)]) }

    /// No answer at all: strangers after their one line, and talk in groups that is not for us.
    package static let silence = ChatReply()
}

/// What becomes of a chat's project.
package enum ProjectSwitch: Hashable, Sendable {
    case to(Project.ID)
    /// The group works in no project any more.
    case away(from: Project.ID)
}

/// Words on their way to an agent, so that the message that brought them can be marked once they are there.
package struct Receipt: Hashable, Sendable {
    package let task: AgentTask.ID
    /// How they go.
    package let kind: Push.Kind
    package let text: String

    package init(_ kind: Push.Kind, _ text: String, for task: AgentTask.ID) {
        (self.kind, self.text, self.task) = (kind, text, task)
    }

    init(_ note: Note) { self.init(.taskNote, note.content, for: note.task) }

    init(_ question: Intervention) { self.init(.interventionResponse, question.answer?.text ?? "", for: question.task) }
}

/// What the hub waits for from one person in one chat. Stored by the gateway, so that it survives a restart.
package enum Conversation: Hashable, Sendable, Codable {
    case none
    /// The guided `/new`: what is known so far, and what is asked.
    case newTask(NewTaskDraft)
    /// The next message of the person is the feedback to this plan or, without a hash, to this result.
    case feedback(task: String, planHash: String?)
    /// The next message of the person is an argument of a command made of a template.
    case template(TemplateForm)
}

/// A task being put together in the guided `/new`.
package struct NewTaskDraft: Hashable, Sendable, Codable {
    package enum Step: String, Hashable, Sendable, Codable {
        case title, spec, options
    }
    package var step: Step
    package var title: String
    package var spec: String
    /// Option words as on the command line: `!high`, `repo:web` …
    package var options: [String]

    package init(step: Step, title: String = "", spec: String = "", options: [String] = []) {
        (self.step, self.title, self.spec, self.options) = (step, title, spec, options)
    }
}

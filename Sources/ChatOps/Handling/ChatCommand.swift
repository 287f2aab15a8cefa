import HubCore

/// A command of the catalogue: parsed into a value, which a reply is made from.
protocol ChatCommand: Sendable {
    /// The right that its main use case asks for; `nil` for what anybody may. The least role in its file follows from it.
    static var permission: Permission? { get }

    /// - Throws: ``UsageError``, which is answered with the usage.
    init(_ line: CommandLine) throws(UsageError)

    /// - Throws: ``Refusal``, ``UsageError``, and what use cases throw; each becomes a sentence.
    func reply(in context: ChatContext) async throws -> ChatReply
}

/// The handlers that command files name as `builtin`.
enum CommandRegistry {
    static let handlers: [String: any ChatCommand.Type] = [
        "start": StartCommand.self, "help": HelpCommand.self, "me": MeCommand.self, "new": NewCommand.self, "tasks": TasksCommand.self,
        "task": TaskCommand.self, "assign": AssignCommand.self, "why": WhyCommand.self, "approve": ApproveCommand.self,
        "revise": ReviseCommand.self, "answer": AnswerCommand.self, "cancel": CancelCommand.self, "retry": RetryCommand.self,
        "release": ReleaseCommand.self, "note": NoteCommand.self, "servers": ServersCommand.self, "token": TokenCommand.self,
        "settings": SettingsCommand.self, "project": ProjectCommand.self, "projects": ProjectsCommand.self, "invite": InviteCommand.self,
        "bind": BindCommand.self, "unbind": UnbindCommand.self, "members": MembersCommand.self, "status": StatusCommand.self,
        "tail": TailCommand.self, "screen": ScreenCommand.self, "send": SendCommand.self, "keys": KeysCommand.self, "log": LogCommand.self,
        "replay": ReplayCommand.self, "sessions": SessionsCommand.self, "session": SessionCommand.self,
        "pipeline": PipelineCommand.self, "pipelines": PipelinesCommand.self, "graph": GraphCommand.self, "schedule": ScheduleCommand.self,
        "spend": SpendCommand.self, "get": GetCommand.self, "rules": RulesCommand.self, "reload": ReloadCommand.self,
    ]

    /// What the buttons of the guided `/new` carry; nobody needs to type these, so they are in no menu.
    static let drafts: [String: any ChatCommand.Type] = [
        "draftshow": ShowDraft.self, "draftcreate": CreateDraft.self, "draftdrop": DropDraft.self, "templatedrop": DropTemplate.self,
    ]
}

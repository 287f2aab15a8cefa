import ArgumentParser

/// What agent programs call at certain moments; `orchestratia init` tells them to.
struct HookCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "Called by agent programs.", shouldDisplay: false,
        subcommands: [SessionStartHook.self, PreToolUseHook.self])
}

/// The agent programs whose hooks are known.
enum AgentProgram: String, ExpressibleByArgument, CaseIterable {
    case claude, gemini, codex

    /// How it calls the moment before a tool is used.
    var toolEvent: String { self == .gemini ? "BeforeTool" : "PreToolUse" }
}

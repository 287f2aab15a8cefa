/// How an agent's command line is started, and what its screens mean: a file in `etc/agents`, so that a new one needs no program.
package struct LaunchProfile: Hashable, Sendable {
    /// How the agent gets the task's text.
    package enum Prompt: Hashable, Sendable {
        /// Typed, once the program shows that it is ready.
        case typed
        /// In arguments behind the command, among which `{prompt}` stands for the text.
        case argument([String])
        /// In a file, whose path `{file}` stands for in arguments behind the command.
        case file([String])
    }

    /// Names of keys to press one after the other, such as `enter`, `escape`, `ctrl-c` or `y`.
    package struct Keys: Hashable, Sendable {
        /// What grants a permission once.
        package var yes: [String]
        package var no: [String]
        /// What stops the agent without ending it.
        package var interrupt: [String]

        package init(yes: [String] = ["y", "enter"], no: [String] = ["n", "enter"], interrupt: [String] = ["ctrl-c"]) {
            (self.yes, self.no, self.interrupt) = (yes, no, interrupt)
        }
    }

    package var name: String
    package var summary: String
    /// The program and its arguments; empty for the plain login shell.
    package var command: [String]
    /// What installed clients call it (`agent_type`, agent protocol, section 6.3).
    package var agentType: String?
    package var prompt: Prompt
    /// It takes text now.
    package var ready: [ScreenPattern]
    /// It works.
    package var busy: [ScreenPattern]
    /// It asks for leave to do something.
    package var permission: [ScreenPattern]
    /// It waits for text, or for a choice that is no permission.
    package var input: [ScreenPattern]
    /// It has used up what its account allows. A group named `reset` finds when that ends.
    package var usageLimit: [ScreenPattern]
    package var keys: Keys

    package init(
        name: String, summary: String, command: [String] = [], agentType: String? = nil, prompt: Prompt = .typed,
        ready: [ScreenPattern] = [],
        busy: [ScreenPattern] = [], permission: [ScreenPattern] = [], input: [ScreenPattern] = [], usageLimit: [ScreenPattern] = [],
        keys: Keys = Keys()
    ) {
        (self.name, self.summary, self.command, self.agentType) = (name, summary, command, agentType)
        (self.prompt, self.ready, self.busy, self.permission) = (prompt, ready, busy, permission)
        (self.input, self.usageLimit, self.keys) = (input, usageLimit, keys)
    }

    /// Whether it starts a program of its own in the shell.
    package var isAgent: Bool { !command.isEmpty }

    /// What to start.
    ///
    /// - Parameters:
    ///   - prompt: the task's text, where the profile hands it over in arguments; ignored by the others
    ///   - file: the path of the file that holds the text, likewise
    package func arguments(prompt text: String? = nil, file: String? = nil) -> [String] {
        switch prompt {
        case .typed: command
        case .argument(let added): command + (text.map { text in added.map { $0.replacing("{prompt}", with: text) } } ?? [])
        case .file(let added): command + (file.map { file in added.map { $0.replacing("{file}", with: file) } } ?? [])
        }
    }

    /// ``arguments(prompt:file:)`` as one line for a POSIX shell.
    package func commandLine(prompt: String? = nil, file: String? = nil) -> String {
        arguments(prompt: prompt, file: file).map(Self.quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "-_./=:,@%+".utf8.contains(byte)
            }
        return isPlain ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
}

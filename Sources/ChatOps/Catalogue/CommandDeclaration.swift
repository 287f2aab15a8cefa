import HubCore

/// One command as its file declares it.
package struct CommandDeclaration: Hashable, Sendable {
    /// Who may use it at all; the gate decides about each use.
    package enum Audience: Hashable, Sendable {
        case anyone
        case role(Role)

        package func includes(_ role: Role?) -> Bool {
            switch self {
            case .anyone: true
            case .role(let least): role.map { $0 >= least } ?? false
            }
        }

        package var word: String {
            switch self {
            case .anyone: "anyone"
            case .role(let role): role.rawValue
            }
        }
    }

    package enum Scope: String, CaseIterable, Hashable, Sendable {
        case `private`, group
    }

    package struct Argument: Hashable, Sendable {
        package let name: String
        package let summary: String
        package let isRequired: Bool
    }

    package let name: String
    package let aliases: [String]
    package let group: String
    package let summary: String
    package let usage: String
    package let examples: [String]
    package let arguments: [Argument]
    package let audience: Audience
    package let scopes: Set<Scope>
    package let action: Action

    /// What the command does.
    package enum Action: Hashable, Sendable {
        /// The handler's name.
        case builtin(String)
        case template(CommandTemplate)
    }

    /// The handler's name; `nil` for a template.
    package var builtin: String? { if case .builtin(let name) = action { name } else { nil } }
    package var template: CommandTemplate? { if case .template(let template) = action { template } else { nil } }

    /// The example that begins most like what was typed; of several the first, and one with arguments before one without, as somebody who
    /// typed some wants to see some.
    func example(like line: CommandLine) -> String? {
        let typed = line.words.map { $0.lowercased() }
        guard !typed.isEmpty else { return examples.first }
        func likeness(_ example: String) -> Int {
            let words = example.lowercased().split(separator: " ").dropFirst().map(String.init)
            let same = zip(words, typed).prefix { $0 == $1 || TaskName($0) != nil && TaskName($1) != nil }.count
            return words.isEmpty ? 0 : same + 1
        }
        let best = examples.map(likeness).max()
        return examples.first { likeness($0) == best }
    }
}

import HubCore
import HubService

/// A command made of a template while its arguments are asked for one by one.
package struct TemplateForm: Hashable, Sendable, Codable {
    package var command: String
    /// What was given so far, as it was typed, by argument.
    package var values: [String: String]
    /// What is asked for.
    package var argument: String
    /// Names the form, so that it takes effect once, whoever presses and however often.
    package var mark: String

    private static let prefix = "~"

    /// - Parameter seed: tells this form from all others.
    init(_ command: String, values: [String: String], seed: String) {
        (self.command, self.values, argument) = (command, values, "")
        mark = Self.prefix + credentialHash(of: seed).prefix(24)
    }

    /// What a button of the form carries; `nil` for what somebody typed.
    init?(_ line: CommandLine) {
        guard let word = line.words.first, Self.isMark(word), line.words.count == 1 else { return nil }
        let members = (try? JSONValue(parsing: line.body.isEmpty ? "{}" : line.body))?.members ?? []
        let values = members.compactMap { member in member.value.string.map { (member.name, $0) } }
        command = line.name
        self.values = Dictionary(values, uniquingKeysWith: { $1 })
        (argument, mark) = ("", word)
    }

    private static func isMark(_ word: String) -> Bool {
        word.count == 25 && word.hasPrefix(prefix) && word.dropFirst().allSatisfy(\.isHexDigit)
    }

    /// The command line of a button that gives one more argument.
    func line(_ argument: String, _ value: String) -> String {
        let given = values.merging([argument: value]) { $1 }
        let json = JSONValue.object(given.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
        return "/\(command) \(mark)\n\(json.text)"
    }

    /// Whether the hub waits for an answer to the form that a button belongs to.
    static func asks(_ conversation: Conversation, _ line: CommandLine) -> Bool {
        guard case .template(let form) = conversation else { return false }
        return form.command == line.name && line.words.first == form.mark
    }
}

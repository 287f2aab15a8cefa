import HubCore
import WireProtocol

/// What a command creates that is made of a template: a task or a pipeline, with parameters.
package struct CommandTemplate: Hashable, Sendable {
    package struct Parameter: Hashable, Sendable {
        package enum Kind: String, CaseIterable, Hashable, Sendable {
            case text, number, choice, task, server, repository
        }

        package let name: String
        package let kind: Kind
        package let summary: String
        /// What a choice chooses from; empty for all other kinds.
        package let choices: [String]
        /// What is taken where nothing is given.
        package let standard: JSONValue?
        package let isRequired: Bool

        package init(
            _ name: String, _ kind: Kind, summary: String? = nil, choices: [String] = [], standard: JSONValue? = nil,
            isRequired: Bool = true
        ) {
            (self.name, self.kind, self.choices, self.standard) = (name, kind, choices, standard)
            self.isRequired = isRequired && standard == nil
            let words = summary ?? Self.words(kind, choices)
            self.summary = standard.map { "\(words); else \($0.string ?? $0.text)" } ?? words
        }

        private static func words(_ kind: Kind, _ choices: [String]) -> String {
            switch kind {
            case .text: "text"
            case .number: "a number"
            case .choice: choices.joined(separator: " or ")
            case .task: "a task such as #42"
            case .server: "the name of a server"
            case .repository: "a repository"
            }
        }

        /// As the usage names it.
        var word: String {
            let word = kind == .choice && choices.joined().count <= 40 ? choices.joined(separator: "|") : name.uppercased()
            return isRequired ? word : "[\(word)]"
        }

        /// What somebody might give.
        var example: String {
            switch kind {
            case .text: "some words"
            case .number: "3"
            case .choice: choices.first ?? ""
            case .task: "#42"
            case .server: "mac-2"
            case .repository: "web"
            }
        }
    }

    package let parameters: [Parameter]
    package let document: TemplateDocument

    package init(_ document: TemplateDocument, parameters: [Parameter] = []) {
        (self.document, self.parameters) = (document, parameters)
    }

    func parameter(named name: String) -> Parameter? { parameters.first { $0.name == name } }

    func usage(of name: String) -> String { (["/\(name)"] + parameters.map(\.word)).joined(separator: " ") }

    func example(of name: String) -> String { (["/\(name)"] + parameters.filter(\.isRequired).map(\.example)).joined(separator: " ") }

    /// The arguments as `/help` lists them.
    var arguments: [CommandDeclaration.Argument] {
        parameters.map { .init(name: $0.name, summary: $0.summary, isRequired: $0.isRequired) }
    }
}

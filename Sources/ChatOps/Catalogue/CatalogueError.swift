/// What is wrong with a command file, or with the folder of them.
package struct CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of rule is broken.
    package enum Rule: String, CaseIterable, Hashable, Sendable {
        /// The file or the folder cannot be read.
        case unreadable
        /// It is no YAML.
        case syntax
        case missing
        case unknownKey = "unknown_key"
        /// A value of another kind than is needed, such as a list for a text.
        case type
        /// A word that is none of those allowed.
        case word
        /// Longer, or more, than is allowed.
        case tooLong = "too_long"
        /// Two commands of one name.
        case duplicate
        /// A placeholder names no argument.
        case unknownArgument = "unknown_argument"
        /// An argument that the template does not use.
        case unusedArgument = "unused_argument"
        /// A placeholder where no value can be put in.
        case placeholder
        /// The template would make no task or pipeline.
        case document
    }

    package let file: String
    /// From 1; `nil` where it is about the whole file.
    package let line: Int?
    /// From 1.
    package let column: Int?
    package let rule: Rule
    /// What is wrong.
    package let fault: String
    /// What to do about it, or what would be accepted; empty where ``fault`` says it.
    package let cure: String

    package init(file: String, line: Int? = nil, column: Int? = nil, rule: Rule, fault: String, cure: String) {
        (self.file, self.line, self.column, self.rule) = (file, line, column, rule)
        (self.fault, self.cure) = (fault, cure)
    }

    /// As compilers write it: `deploy.yaml:9:12: unknown_argument: there is no argument “x”; use one of …`.
    package var description: String { "\(file)\(place): \(sentence)" }

    /// The same without the folder, for chats.
    package var brief: String { "\(fileName)\(place): \(sentence)" }

    /// `deploy.yaml:9:12: unknown_argument`, with nothing of what the file holds.
    package var placeAndRule: String { "\(fileName)\(place): \(rule.rawValue)" }

    private var place: String { [line, column].compactMap(\.self).map { ":\($0)" }.joined() }
    private var fileName: String { file.split(separator: "/").last.map(String.init) ?? file }
    private var sentence: String { "\(rule.rawValue): \(fault)" + (cure.isEmpty ? "" : "; \(cure)") }
}

/// All that is wrong with one file.
struct CatalogueFaults: Error {
    /// At least one.
    let first: CatalogueError
    let others: [CatalogueError]

    init(_ first: CatalogueError, _ others: [CatalogueError] = []) { (self.first, self.others) = (first, others) }

    var all: [CatalogueError] { [first] + others }
}

/// Text with styles instead of markup: whatever an agent writes can never become a link, a button or a style.
package struct ChatText: Hashable, Sendable, Codable {
    package enum Style: Hashable, Sendable, Codable {
        case plain
        case bold
        case italic
        case code
        /// A block; the language is a hint for colours.
        case pre(language: String?)
        /// A quotation, folded after a few lines if `folded`.
        case quote(folded: Bool)
        case link(String)
    }

    package struct Run: Hashable, Sendable, Codable {
        package var text: String
        package var style: Style

        package init(_ text: String, _ style: Style = .plain) {
            (self.text, self.style) = (text, style)
        }
    }

    package var runs: [Run]

    package init(_ runs: [Run] = []) {
        self.runs = runs
    }

    /// The characters without styles.
    package var plain: String { runs.map(\.text).joined() }
    package var isEmpty: Bool { runs.allSatisfy { $0.text.isEmpty } }

    package mutating func append(_ text: String, _ style: Style = .plain) {
        guard !text.isEmpty else { return }
        runs.append(Run(text, style))
    }

    package mutating func append(_ text: ChatText) { runs += text.runs }
    package mutating func appendLine(_ text: ChatText = "") {
        append(text)
        append("\n")
    }

    package static func + (a: Self, b: Self) -> Self { Self(a.runs + b.runs) }
    package static func bold(_ text: String) -> Self { Self([Run(text, .bold)]) }
    package static func italic(_ text: String) -> Self { Self([Run(text, .italic)]) }
    package static func code(_ text: String) -> Self { Self([Run(text, .code)]) }
    package static func pre(_ text: String, language: String? = nil) -> Self { Self([Run(text, .pre(language: language))]) }
    package static func quote(_ text: String, folded: Bool = false) -> Self { Self([Run(text, .quote(folded: folded))]) }
    package static func link(_ text: String, to url: String) -> Self { Self([Run(text, .link(url))]) }
}

extension ChatText: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self.init(value.isEmpty ? [] : [Run(value)]) }
    package init(_ text: String) { self.init(stringLiteral: text) }
}

import Foundation

/// A regular expression over the last lines of a screen, one below the other, without the frames of boxes around them.
///
/// `^` and `$` are the ends of a line, `\z` is the end of all; case counts, unless the pattern begins with `(?i)`.
package struct ScreenPattern: Hashable, Sendable {
    package let text: String
    /// Immutable, and safe to use from several threads, as Foundation documents.
    private let expression: NSRegularExpression

    /// `nil` where it is no regular expression.
    package init?(_ text: String) {
        guard let expression = try? NSRegularExpression(pattern: text, options: [.anchorsMatchLines]) else { return nil }
        (self.text, self.expression) = (text, expression)
    }

    package static func == (a: Self, b: Self) -> Bool { a.text == b.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    struct Match {
        let text: String
        /// What the group named `reset` found.
        let reset: String?
    }

    /// The last match.
    func match(in screen: String) -> Match? {
        let whole = NSRange(screen.startIndex..., in: screen)
        guard let result = expression.matches(in: screen, range: whole).last, let range = Range(result.range, in: screen) else {
            return nil
        }
        var reset: String?
        if text.contains("(?<reset>") { reset = Range(result.range(withName: "reset"), in: screen).map { String(screen[$0]) } }
        return Match(text: String(screen[range]), reset: reset)
    }
}

extension [ScreenPattern] {
    /// The match of the first pattern that has one.
    func match(in screen: String) -> ScreenPattern.Match? {
        for pattern in self {
            if let match = pattern.match(in: screen) { return match }
        }
        return nil
    }
}

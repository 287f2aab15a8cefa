import Foundation
import HubCore

/// Masks what looks like a secret before it leaves the hub or enters its log: API keys, tokens, private keys, passwords in URLs.
///
/// It runs inside the only writer, on texts that anybody may choose, so most texts cost one pass over their bytes (``SecretMark``),
/// and no pattern may take more than linear time: none begins with something that can begin again at each character.
package enum Redactor {
    package static let mask = "***"

    private struct Pattern {
        /// A text without any of these cannot match.
        let marks: Set<SecretMark>
        let expression: NSRegularExpression
        /// Keeps the first group, if there is one.
        let template: String
    }

    private static let patterns: [Pattern] = [
        // Telegram bot tokens, also inside a request's URL.
        pattern([.digitColon], #"(?<![0-9])\d{6,12}:[A-Za-z0-9_-]{30,}"#),
        // Our own keys and tokens.
        pattern([.orc], #"\borc(?:reg|api)?_[A-Za-z0-9_.\-]{16,}"#),
        // Well-known prefixes: OpenAI and Anthropic, GitHub, GitLab, Slack, AWS, Google, Stripe, npm, PyPI, Hugging Face.
        pattern([.sk], #"\bsk-[A-Za-z0-9_\-]{16,}"#),
        pattern([.gh], #"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}"#),
        pattern([.githubPat], #"\bgithub_pat_[A-Za-z0-9_]{20,}"#),
        pattern([.glpat], #"\bglpat-[A-Za-z0-9_\-]{16,}"#),
        pattern([.xox], #"\bxox[abeoprs]-[A-Za-z0-9\-]{10,}"#),
        pattern([.akia], #"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"#),
        pattern([.aiza], #"\bAIza[A-Za-z0-9_\-]{30,}"#),
        pattern([.stripe], #"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"#),
        pattern([.npm], #"\bnpm_[A-Za-z0-9]{30,}"#),
        pattern([.pypi], #"\bpypi-[A-Za-z0-9_\-]{30,}"#),
        pattern([.hf], #"\bhf_[A-Za-z0-9]{30,}"#),
        // JSON web tokens.
        pattern([.jwt], #"(?<![A-Za-z0-9_\-])eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]+"#),
        pattern([.privateKey], #"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\z)"#),
        pattern([.authorization], #"(?i)(authorization["']?\s{0,9}[:=]\s{0,9}["']?(?:bearer|basic|token)?\s{0,9})[^\s"',;]{8,}"#),
        pattern([.bearer], #"(?i)(\bbearer\s{1,9})[A-Za-z0-9._~+/\-]{16,}=*"#),
        // password = "…", PASSWORD=…, and any other value with a digit in it; `password: String` is code, not a secret.
        pattern([.named], "(?i)(" + names + #"["']?\s{0,9}[:=]\s{0,9}["'])[^\s"']{6,}"#),
        pattern([.named], "(?i)(" + names + #"=)[^\s"',;&]{6,}"#),
        pattern([.named], "(?i)(" + names + #"["']?\s{0,9}[:=]\s{0,9})(?=[^\s"',;]{0,256}[0-9])[^\s"',;]{6,}"#),
        // user:password@host
        pattern([.url], #"(://[^\s/:@]{1,256}:)[^\s/@]{1,256}(?=@)"#),
    ].compactMap(\.self)

    private static let names = #"(?:api[_-]?key|secret(?:[_-]?key)?|password|passwd|access[_-]?token|auth[_-]?token)"#

    private static func pattern(_ marks: Set<SecretMark>, _ text: String) -> Pattern? {
        guard let expression = try? NSRegularExpression(pattern: text) else { return nil }
        return Pattern(
            marks: marks, expression: expression, template: expression.numberOfCaptureGroups > 0 ? "$1" + mask : mask)
    }

    package static func redact(_ text: String) -> String {
        guard text.utf8.count >= 8 else { return text }
        let marks = SecretMark.all(in: text)
        guard !marks.isEmpty else { return text }
        var text = text
        for pattern in patterns where !pattern.marks.isDisjoint(with: marks) {
            let range = NSRange(text.startIndex..., in: text)
            guard pattern.expression.firstMatch(in: text, range: range) != nil else { continue }
            text = pattern.expression.stringByReplacingMatches(in: text, range: range, withTemplate: pattern.template)
        }
        return text
    }

    /// Every string of a document, and the names of its members. A string under a name such as `password` is masked as behind
    /// `password:` in a text.
    package static func redact(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redact(text))
        case .array(let items): .array(items.map(redact))
        case .object(let members): .object(members.map(redact))
        case .null, .bool, .number: value
        }
    }

    private static func redact(_ member: JSONValue.Member) -> JSONValue.Member {
        let name = member.name.utf8.count < 16 ? member.name : redact(member.name)
        guard case .string(let text) = member.value, namesSecret(member.name) else { return .init(name, redact(member.value)) }
        let word = text.prefix { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
        guard word.unicodeScalars.count >= 6 else { return .init(name, redact(member.value)) }
        return .init(name, .string(mask + redact(String(text[word.endIndex...]))))
    }

    private static let secretName = try? NSRegularExpression(pattern: "(?i)" + names + "$")

    private static func namesSecret(_ name: String) -> Bool {
        guard (6...256).contains(name.utf8.count), SecretMark.all(in: name).contains(.named) else { return false }
        return secretName?.firstMatch(in: name, range: NSRange(name.startIndex..., in: name)) != nil
    }

    /// How many patterns were understood, for a test: one with a slip would be left out silently.
    static var patternCount: Int { patterns.count }
}

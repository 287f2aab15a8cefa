import Foundation
import HubCore

/// Masks what looks like a secret before it leaves the hub or enters its log: API keys, tokens, private keys, passwords in URLs.
package enum Redactor {
    package static let mask = "***"

    /// Each pattern keeps its first group, if it has one, and masks the rest.
    private static let patterns: [NSRegularExpression] = [
        // Telegram bot tokens, also inside a request's URL.
        #"\b\d{6,12}:[A-Za-z0-9_-]{30,}"#,
        // Our own keys and tokens.
        #"\borc(?:reg|api)?_[A-Za-z0-9_.\-]{16,}"#,
        // Well-known prefixes: OpenAI and Anthropic, GitHub, GitLab, Slack, AWS, Google, Stripe, npm, PyPI, Hugging Face.
        #"\bsk-[A-Za-z0-9_\-]{16,}"#,
        #"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}"#,
        #"\bgithub_pat_[A-Za-z0-9_]{20,}"#,
        #"\bglpat-[A-Za-z0-9_\-]{16,}"#,
        #"\bxox[abeoprs]-[A-Za-z0-9\-]{10,}"#,
        #"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"#,
        #"\bAIza[A-Za-z0-9_\-]{30,}"#,
        #"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"#,
        #"\bnpm_[A-Za-z0-9]{30,}"#,
        #"\bpypi-[A-Za-z0-9_\-]{30,}"#,
        #"\bhf_[A-Za-z0-9]{30,}"#,
        // JSON web tokens.
        #"\beyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]+"#,
        #"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)"#,
        #"(?i)(\b(?:authorization|proxy-authorization)\s*[:=]\s*(?:bearer|basic|token)?\s*)[^\s"',;]{8,}"#,
        #"(?i)(\bbearer\s+)[A-Za-z0-9._~+/\-]{16,}=*"#,
        #"(?i)(\b[a-z0-9_\-]*(?:api[_-]?key|secret|password|passwd|access[_-]?token|auth[_-]?token)["']?\s*[:=]\s*["']?)[^\s"',;]{6,}"#,
        // user:password@host
        #"(\b[a-z][a-z0-9+.\-]*://[^\s/:@]+:)[^\s/@]+(?=@)"#,
    ].compactMap { try? NSRegularExpression(pattern: $0) }

    package static func redact(_ text: String) -> String {
        guard text.utf8.count >= 8 else { return text }
        var text = text
        for pattern in patterns {
            let range = NSRange(text.startIndex..., in: text)
            guard pattern.firstMatch(in: text, range: range) != nil else { continue }
            let template = pattern.numberOfCaptureGroups > 0 ? "$1" + mask : mask
            text = pattern.stringByReplacingMatches(in: text, range: range, withTemplate: template)
        }
        return text
    }

    /// Every string of a document, member names left as they are.
    package static func redact(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redact(text))
        case .array(let items): .array(items.map(redact))
        case .object(let members): .object(members.map { .init($0.name, redact($0.value)) })
        case .null, .bool, .number: value
        }
    }
}

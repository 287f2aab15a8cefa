import HubCore

/// A result as the agent reported it (agent protocol, section 7.5): any JSON, or the structured form. All of it is a claim.
struct AgentResult {
    let summary: String
    let changes: String?
    let tests: String?

    init(_ result: JSONValue) {
        switch result {
        case .string(let text): (summary, changes, tests) = (text, nil, nil)
        case .object:
            summary = result["summary"]?.string ?? result["error"]?.string ?? result.indented
            changes = Self.changes(result["changes"])
            tests = Self.tests(result["tests"])
        default: (summary, changes, tests) = (result.indented, nil, nil)
        }
    }

    private static func changes(_ value: JSONValue?) -> String? {
        let parts = [("modified", "files_modified"), ("created", "files_created"), ("deleted", "files_deleted")].compactMap { word, key in
            let files = (value?[key]?.array ?? []).compactMap(\.string)
            guard !files.isEmpty else { return nil as String? }
            let shown = files.prefix(5).map { AgentText.line($0, limit: 80) }.joined(separator: ", ")
            return "\(files.count) \(word) (\(shown)\(files.count > 5 ? " …" : ""))"
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private static func tests(_ value: JSONValue?) -> String? {
        let parts = ["passed", "failed", "skipped"].compactMap { word in value?[word]?.int.map { "\($0) \(word)" } }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

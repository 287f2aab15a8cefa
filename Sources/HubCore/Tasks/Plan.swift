extension AgentTask {
    /// A plan that an agent handed in. People decide on exactly this text: every decision names its hash.
    package struct Plan: Hashable, Sendable, Codable {
        /// Any JSON; installed clients send `{"summary": text}` for plain text.
        package let content: JSONValue
        /// SHA-256 of the content, lower-case hexadecimal.
        package let hash: String
        package let submittedAt: Timestamp
        package var decision: Decision?

        package init(content: JSONValue, hash: String, submittedAt: Timestamp, decision: Decision? = nil) {
            (self.content, self.hash, self.submittedAt, self.decision) = (content, hash, submittedAt, decision)
        }

        /// The plan as people read it: the summary if it is only that, the JSON otherwise.
        package var text: String {
            if let text = content.string { return text }
            if let members = content.members, members.count == 1, let summary = content["summary"]?.string { return summary }
            return content.indented
        }
    }

    /// Who decided what, for "already approved by Ada, 12:03".
    package struct Decision: Hashable, Sendable, Codable {
        package let verdict: Verdict
        package let by: Actor
        package let at: Timestamp

        package enum Verdict: String, Hashable, Sendable, Codable {
            case approved, revised
        }

        package init(_ verdict: Verdict, by: Actor, at: Timestamp) {
            (self.verdict, self.by, self.at) = (verdict, by, at)
        }
    }
}

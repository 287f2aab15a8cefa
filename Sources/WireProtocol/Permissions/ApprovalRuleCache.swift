/// Files with fixed names that an agent daemon shares with the hooks of agents on its machine, in the folder of `TMPDIR` (agent protocol,
/// sections 3.4, 3.10 and 9, 32).
package enum AgentFiles {
    /// The body of `GET …/approval-rules`, as it came.
    package static let rules = "orchestratia-rules.json"
    /// What the hooks decided: one entry of section 8.7 a line, appended; the daemon hands them to the hub and empties the file.
    package static let permissionLog = "orchestratia-permissions.jsonl"
}

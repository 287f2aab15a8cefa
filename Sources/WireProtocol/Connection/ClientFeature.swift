/// What a client of `/ws/server` can do beyond sections 1–9 of the agent protocol; it names them in its `auth` frame (section 12; what that
/// does not have is in docs/agent-protocol.md).
package enum ClientFeature: String, CaseIterable, Sendable {
    /// Pushes carry a `message_id`, and the client answers `ack` once the push has taken effect.
    case ack
    /// Exits, errors and summaries are numbered and kept by the client until the hub says `reports_stored`.
    case reports
    /// `session_output` carries `offset`; `session_replay` is understood.
    case offsets
    /// Output is sent only as far as the hub has granted with `session_credit`. Needs ``offsets``.
    case credit
    /// `session_start` may carry `command`, `env`, `task_id`, `prompt`, `worktree` and `session_key`.
    case launch
    /// `session_start` may carry `prompt_file`: a text that the client puts into a file, whose path stands for `{file}` in `command`.
    /// Needs ``launch``.
    case promptFile = "prompt_file"
    /// After a reconnect the client says `sessions_reported` once it has named all its terminals.
    case sessionsReported = "sessions_reported"
}

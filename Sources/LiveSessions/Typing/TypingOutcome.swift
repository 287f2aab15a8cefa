/// What became of text or a key for a terminal.
package enum TypingOutcome: String, Hashable, Sendable {
    /// The terminal showed that it took it, Enter included; of a key: the screen changed.
    case submitted
    /// It was typed, and nothing was to be submitted.
    case typed
    /// It was typed, but the screen did not show that Enter was taken; of a key: the screen stayed as it was.
    case typedNotSubmitted = "typed_not_submitted"
    case noSession = "no_session"
    /// The session's server is not connected: nothing was typed.
    case serverOffline = "server_offline"
}

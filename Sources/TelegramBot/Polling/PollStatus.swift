import Foundation

/// How one bot's polling goes: what `/status` and a health check show.
package struct PollStatus: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case polling
        /// Another process polls this token, or a webhook is set.
        case conflict(BotAPIError.Conflict)
        /// The token is not valid; tried again every few minutes.
        case unauthorized
        case backingOff(BackOffReason)
        /// The loop has ended.
        case stopped
    }

    package enum BackOffReason: Sendable, Equatable {
        case failed(BotAPIError)
        /// The poll did not end by itself within three times its length, and was given up.
        case hung
        /// The updates could not be stored; they will come again.
        case notStored
        /// The server answers at once without news: it is asked more slowly.
        case noProgress
    }

    package var state: State = .polling
    /// When the last poll was answered. Not "when Telegram was last heard of": a bot may send while it is deaf.
    package var lastFinished: Date?
    /// Polls that failed since then.
    package var consecutiveFailures = 0

    package init() {}
}

import TelegramBot

/// How one bot does: for `/status`, the health check and the ready file.
package struct BotStatus: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case polling
        /// Another program polls this token, or a webhook is set.
        case conflict
        /// The token is not valid any more.
        case unauthorized
        /// The last poll failed; the reason in words.
        case failing(String)
        case stopped
    }

    package let id: Int64
    /// `nil` until `getMe` has answered once.
    package let username: String?
    package let state: State
    /// Seconds since a poll was last answered; `nil` before the first.
    package let secondsSincePoll: Double?
    /// Updates that are stored and not yet handled.
    package let inbox: Int
    /// Calls that are stored and not yet sent.
    package let outbox: Int

    /// One line for people.
    package var line: String {
        let name = username.map { "@\($0)" } ?? "bot \(id)"
        let age = secondsSincePoll.map { "last poll \(Int($0)) s ago" } ?? "not polled yet"
        let word =
            switch state {
            case .polling: age
            case .conflict: "another program polls this bot: stop one of them"
            case .unauthorized: "its token is not valid: make a new one with @BotFather and add it"
            case .failing(let reason): "\(reason), \(age)"
            case .stopped: "stopped"
            }
        return "\(name): \(word), \(inbox) in hand, \(outbox) to send"
    }
}

extension BotStatus.State {
    init(_ state: PollStatus.State) {
        self =
            switch state {
            case .polling: .polling
            case .conflict: .conflict
            case .unauthorized: .unauthorized
            case .backingOff(.failed(let error)): .failing("\(error)")
            case .backingOff(.hung): .failing("the last poll did not end")
            case .backingOff(.notStored): .failing("updates could not be stored")
            case .backingOff(.noProgress): .failing("the server answers without waiting")
            case .stopped: .stopped
            }
    }
}

import TelegramBot

/// How one bot does: for `/status`, the health check and the ready file.
package struct BotStatus: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case polling
        /// Another program polls this token.
        case conflict
        /// A webhook is set, which the hub did not get rid of: another program sets it.
        case webhook
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
            case .failing: "\(state.trouble ?? ""), \(age)"
            case .conflict, .webhook, .unauthorized, .stopped: state.trouble ?? ""
            }
        return "\(name): \(word), \(inbox) in hand, \(outbox) to send"
    }
}

extension BotStatus.State {
    /// What is wrong, and what to do about it; `nil` while all is well.
    package var trouble: String? {
        switch self {
        case .polling: nil
        case .conflict: "another program polls this bot: stop one of them"
        case .webhook: "has a webhook: another program sets it, so that nothing is heard here; stop that program"
        case .unauthorized: "its token is not valid: make a new one with @BotFather and add it"
        case .failing(let reason): reason
        case .stopped: "stopped"
        }
    }

    init(_ state: PollStatus.State) {
        self =
            switch state {
            case .polling: .polling
            case .conflict(.otherPoller): .conflict
            case .conflict(.webhook): .webhook
            case .unauthorized: .unauthorized
            case .backingOff(.failed(let error)): .failing("\(error)")
            case .backingOff(.hung): .failing("the last poll did not end")
            case .backingOff(.notStored): .failing("updates could not be stored")
            case .backingOff(.noProgress): .failing("the server answers without waiting")
            case .stopped: .stopped
            }
    }
}

import HTTPClient

/// Why a call failed, by what the caller can do about it. Neither cases nor descriptions ever hold the token.
package enum BotAPIError: Error, Equatable, Sendable {
    /// 429: wait so many seconds, then repeat. Not a failure.
    case retryAfter(Int)
    /// The group became a supergroup: rewrite the id, then repeat.
    case migrated(to: Int64)
    /// It is already like that: success.
    case notModified
    /// The button was pressed too long ago to be answered: act on it all the same.
    case queryTooOld
    /// The message to be edited or deleted is gone or cannot be edited: forget its id, post anew if it still matters.
    case messageGone
    /// The message to be replied to is gone: repeat without the reply.
    case replyTargetGone
    /// The topic is gone or closed: make it anew or reopen it, and tell somebody.
    case threadGone(ThreadProblem)
    /// The formatting was refused: repeat as plain text, and report a defect of ours.
    case cantParseEntities(String)
    /// Nothing can be sent there until the chat is heard from again.
    case chatDead(ChatProblem)
    /// 401: the token is not valid any more. Stop this bot and say so.
    case unauthorized
    /// 404 in the API's own words: the server does not know the method.
    case methodUnknown
    case conflict(Conflict)
    /// The file is larger than the API allows: tell the person.
    case tooLarge(String)
    /// Any other refusal: a defect of ours. Never repeat it unchanged.
    case rejected(status: Int, description: String)
    /// The server failed, or its answer cannot be read (HTML, cut JSON); the call may have been carried out. A page with 404 is that of a
    /// proxy, behind which no Bot API is, or not yet.
    case server(status: Int, description: String)
    case transport(HTTPTransportError)

    package enum ThreadProblem: Sendable, Equatable { case notFound, closed, deleted }

    package enum ChatProblem: Sendable, Equatable {
        case notFound, blockedByUser, kicked, notAMember, cannotInitiate, userDeactivated, notEnoughRights
    }

    package enum Conflict: Sendable, Equatable {
        /// Another process asks for updates with this token.
        case otherPoller
        /// A webhook is set; `deleteWebhook` cures it.
        case webhook
    }
}

extension BotAPIError {
    /// What to do about it.
    package enum Remedy: Sendable, Equatable {
        /// Treat it as done.
        case ignore
        case repeatAfter(seconds: Int)
        /// Repeat after ``Backoff``: nothing was sent.
        case backOff
        /// It may have been carried out: repeat what is repeatable, and call anything else uncertain.
        case backOffUncertain
        case rewriteChat(Int64)
        case forgetMessage
        case repeatWithoutReply
        case restoreTopic
        case repeatAsPlainText
        case abandonChat
        case stopBot
        /// Drop it, and tell somebody.
        case giveUp
    }

    package var remedy: Remedy {
        switch self {
        case .retryAfter(let seconds): .repeatAfter(seconds: seconds)
        case .migrated(let chat): .rewriteChat(chat)
        case .notModified, .queryTooOld: .ignore
        case .messageGone: .forgetMessage
        case .replyTargetGone: .repeatWithoutReply
        case .threadGone: .restoreTopic
        case .cantParseEntities: .repeatAsPlainText
        case .chatDead: .abandonChat
        case .unauthorized: .stopBot
        case .methodUnknown, .tooLarge, .rejected: .giveUp
        case .conflict: .backOff
        case .server: .backOffUncertain
        case .transport(let error):
            switch (error.reason, error.delivery) {
            case (.unsupportedURL, _): .giveUp
            case (_, .notSent): .backOff
            case (_, .maybeSent): .backOffUncertain
            }
        }
    }

    /// Whether the server may have carried the call out although it failed here.
    package var mayHaveTakenEffect: Bool { remedy == .backOffUncertain }
}

extension BotAPIError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .retryAfter(let seconds): "Telegram asks to wait \(seconds) s"
        case .migrated(let chat): "the group is now the supergroup \(chat)"
        case .notModified: "nothing to change"
        case .queryTooOld: "the button was pressed too long ago"
        case .messageGone: "the message is gone or cannot be edited"
        case .replyTargetGone: "the message to be replied to is gone"
        case .threadGone(let problem): "the topic cannot be used: \(problem)"
        case .cantParseEntities(let text): "the formatting was refused: \(text)"
        case .chatDead(let problem): "the chat cannot be reached: \(problem)"
        case .unauthorized: "the bot's token is not valid"
        case .methodUnknown: "the server does not know the method"
        case .conflict(.otherPoller): "another process asks for updates with this bot's token"
        case .conflict(.webhook): "a webhook is set for this bot"
        case .tooLarge(let text): text
        case .rejected(let status, let text): "Telegram refused (\(status)): \(text)"
        case .server(let status, let text): "the server failed (\(status)): \(text)"
        case .transport(let error): error.description
        }
    }
}

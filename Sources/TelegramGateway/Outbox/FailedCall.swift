import TelegramBot

/// What becomes of a call after a failure of which nobody knows whether it was carried out all the same (Bot API notes, sections 3 and 6).
enum NextStep: Sendable {
    /// After a rest that grows with each failure, up to a minute.
    case again
    /// It may have been posted, and is posted once more.
    case once
    /// It is left at that: whether it arrived is not known.
    case unknown
    /// It is dropped: an edit that its server cannot carry out.
    case never
}

extension OutboxItem {
    /// What may be the call's own fault is tried so often, which is a minute or two: one text that always makes the server fail must not
    /// hold up its chat for good.
    static let triesOfFaulty = 8

    /// - Parameter isNewMessage: whether doing it twice shows.
    func step(after error: BotAPIError, isNewMessage: Bool) -> NextStep {
        let isWornOut = error.mayBeOwnFault && faults >= Self.triesOfFaulty
        guard isNewMessage else { return isWornOut ? .never : .again }
        guard call.isRepeatable else { return .unknown }
        // A server that is down, however long, loses no answer, no decision and no result.
        if error.isServerFault, !isWornOut { return .again }
        return isRepetition ? .unknown : .once
    }
}

extension BotAPIError {
    /// The server itself says that it failed, or that there is none: mostly nothing has come of the call, unlike of one whose answer was lost on
    /// the way, or did not come in the time of a gateway (504).
    var isServerFault: Bool {
        switch self {
        case .server(status: 504, _): false
        case .server(status: 404, _), .server(status: 500..., _): true
        default: false
        }
    }

    /// Whether the call itself may be what the server fails at. What a gateway says of a server that is down or starts anew (502, 503, 504;
    /// 404 where no Bot API is yet) holds for every call.
    var mayBeOwnFault: Bool {
        switch self {
        case .server(status: 404, _), .server(status: 501..., _): false
        case .server: true
        default: false
        }
    }

    /// Whether the same call may go well later.
    var isPassing: Bool {
        switch remedy {
        case .repeatAfter, .backOff, .backOffUncertain, .stopBot: true
        default: false
        }
    }
}

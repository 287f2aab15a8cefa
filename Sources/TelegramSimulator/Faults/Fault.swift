/// Something that goes wrong with a Bot API call, on demand.
package struct Fault: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// 429 with `parameters.retry_after` (seconds) and the header.
        case tooManyRequests(retryAfter: Int)
        /// A JSON answer with this status; nothing is done.
        case error(code: Int, description: String)
        /// 502 with an HTML page, as from a proxy.
        case badGateway
        /// The call is done; its answer breaks off in the middle of the body.
        case truncatedAnswer
        /// The connection is reset and nothing is done.
        case resetBeforeEffect
        /// The call is done; the connection is reset instead of an answer.
        case resetAfterEffect
        /// Nothing is done and nothing is answered until the client gives up or the simulator stops.
        case hang
        /// Done and answered as always, but this much later.
        case delay(Duration)
        /// 400 that names the supergroup which the group has become.
        case migrated(to: Int64)

        package static let internalServerError = Kind.error(code: 500, description: "Internal Server Error: restart")
        package static let unauthorized = Kind.error(code: 401, description: "Unauthorized")
        package static let blocked = Kind.error(code: 403, description: "Forbidden: bot was blocked by the user")
    }

    package let kind: Kind
    /// The method it waits for, in any case; `nil` for every method.
    package var method: String?
    /// `chat_id` that it waits for; `nil` for every call, also those without a chat.
    package var chat: Int64?
    package var bot: World.Bot.ID?
    /// How many calls it hits before it is used up.
    package var times: Int

    package init(_ kind: Kind, method: String? = nil, chat: Int64? = nil, bot: World.Bot.ID? = nil, times: Int = 1) {
        (self.kind, self.method, self.chat, self.bot, self.times) = (kind, method, chat, bot, times)
    }
}

/// The faults that wait for a call; the first that fits is used.
struct FaultQueue: Sendable {
    private var faults: [Fault] = []

    var isEmpty: Bool { faults.isEmpty }

    mutating func add(_ fault: Fault) {
        guard fault.times > 0 else { return }
        faults.append(fault)
    }

    mutating func clear() { faults = [] }

    mutating func take(method: String, chat: Int64?, bot: World.Bot.ID) -> Fault.Kind? {
        let found = faults.firstIndex { fault in
            (fault.method.map { $0.lowercased() == method.lowercased() } ?? true) && (fault.chat == nil || fault.chat == chat)
                && (fault.bot == nil || fault.bot == bot)
        }
        guard let found else { return nil }
        faults[found].times -= 1
        let kind = faults[found].kind
        if faults[found].times == 0 { faults.remove(at: found) }
        return kind
    }
}

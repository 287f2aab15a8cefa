import HTTPTypes
import HubCore
import HubService
import WireProtocol

/// Why a request is not answered as asked: the one place where errors become status codes. The body is always `{"detail": …}`.
struct Problem: Error, Sendable {
    var status: Int
    /// A sentence for people.
    var detail: String
    /// What is wrong one by one, where there is more to say than a sentence.
    var faults: [JSONValue]?
    var headers: HTTPFields
    /// What the log should say beyond the detail.
    var cause: String?

    init(_ status: Int, _ detail: String, faults: [JSONValue]? = nil, headers: HTTPFields = [:], cause: String? = nil) {
        (self.status, self.detail, self.faults, self.headers, self.cause) = (status, detail, faults, headers, cause)
    }

    /// Any error of a handler.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let fault as WireFault: self.init(422, fault.description)
        case let broken as ContractsBroken:
            self.init(422, broken.description)
            faults = broken.faults.map(\.json)
        // What is missing here is missing in the request; it is no conflict with the state.
        case Decide.Refusal.hashMissing, Decide.Refusal.feedbackMissing: self.init(422, "\(error)")
        default: self.init(HubError(error))
        }
    }

    private init(_ error: HubError) {
        switch error {
        case .notFound: self.init(404, error.description)
        case .forbidden: self.init(403, error.description)
        case .unauthenticated: self.init(401, error.description)
        case .conflict: self.init(409, error.description)
        case .invalid, .keyReused: self.init(422, error.description)
        case .tooManyTries(let time): self = .tooManyTries(until: time)
        case .unavailable(let cause):
            self.init(503, "the hub cannot do this at the moment: try again", headers: [.retryAfter: "5"], cause: cause)
        }
    }

    static func tooManyTries(until time: Timestamp, at now: Timestamp = SystemClock().now()) -> Problem {
        let seconds = max(1, (time.since(now).milliseconds + 999) / 1000)
        return Problem(429, "too many wrong tries: try again in \(seconds) seconds", headers: [.retryAfter: String(seconds)])
    }

    var reply: Reply {
        var members = [JSONValue.Member("detail", .string(detail))]
        if let faults { members.append(.init("faults", .array(faults))) }
        return Reply(status: status, .object(members), headers: headers)
    }
}

extension ContractFault {
    /// As `faults` of a 422 hold it (domain page, "Settled details").
    fileprivate var json: JSONValue {
        [
            "key": .string(key), "pointer": .string(pointer), "expected": .string(expected), "found": .string(found),
            "message": .string(message),
        ]
    }
}

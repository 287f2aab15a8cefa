import HubCore
import HubStore

/// Why the hub did not do what it was asked. Each case is something that a caller can treat differently; the description is a
/// sentence for people.
package enum HubError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such thing, or it belongs to a project that the caller may not see.
    case notFound(String)
    /// The caller's role does not allow it.
    case forbidden(String)
    /// No valid key, token or pairing.
    case unauthenticated(String)
    /// The state does not allow it.
    case conflict(String)
    /// A value breaks a rule.
    case invalid(String)
    /// Too many wrong tries; the next is looked at from this time on.
    case tooManyTries(until: Timestamp)
    /// The same idempotency key came with another request.
    case keyReused
    /// The database or something else of ours failed.
    case unavailable(String)

    package var description: String {
        switch self {
        case .notFound(let what), .forbidden(let what), .unauthenticated(let what), .conflict(let what), .invalid(let what): what
        case .tooManyTries(let time): "too many wrong tries: try again after \(time)"
        case .keyReused: "this Idempotency-Key was used for another request"
        case .unavailable(let what): what
        }
    }

    /// Any error that a use case or query throws, as one of these cases.
    package init(_ error: any Error) {
        self =
            switch error {
            case let error as HubError: error
            case let error as AgentTask.IllegalTransition: .conflict(error.description)
            case let error as Intervention.AlreadyDecided: .conflict(error.description)
            case let error as Decide.Refusal: .conflict(error.description)
            case let error as AgentTask.ContentFault: .invalid(error.description)
            case let error as SaveConflict: .conflict(error.description)
            case let fault as SQLFault: .unavailable(fault.description)
            default: .unavailable("\(type(of: error))")
            }
    }
}

/// Why a command failed, in the words that the user sees.
enum Failure: Error, Equatable, CustomStringConvertible {
    /// The hub answered with an error.
    case refused(status: Int, detail: String)
    /// No answer came.
    case unreachable(String)
    /// Anything else that a person can put right.
    case sentence(String)
    /// The command line itself is wrong.
    case usage(String)

    var description: String {
        switch self {
        case .refused(let status, let detail): "HTTP \(status): \(detail)"
        case .unreachable(let text), .sentence(let text), .usage(let text): text
        }
    }

    var exitCode: Int32 {
        if case .usage = self { 2 } else { 1 }
    }

    /// What may help, where the message does not say it.
    var hint: String? {
        switch self {
        case .refused(401, _):
            "The hub does not know this key. Register this machine again with a new token: orchestratia-agent --register TOKEN"
        case .refused(403, _): "`orchestratia task check` lists the tasks of this session."
        case .refused(409, _): "`orchestratia task view ID` shows how the task stands."
        default: nil
        }
    }
}

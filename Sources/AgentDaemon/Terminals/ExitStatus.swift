/// How a process ended.
package enum ExitStatus: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)

    /// Exit code, or the negative signal.
    init(status: Int32) { self = status < 0 ? .signalled(-status) : .exited(status) }

    /// As `session_closed` says it (agent protocol, section 6.3): negative for a signal.
    package var code: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signalled(let signal): -Int(signal)
        }
    }
}

import Foundation

/// Why a terminal could not be had, or no longer works.
package enum TerminalFailure: Error, Equatable, CustomStringConvertible {
    /// No program of this name in `PATH`, or the file cannot be executed.
    case noProgram(String)
    case noDirectory(String)
    /// An argument or a variable that no program can be given (a NUL in it, no arguments at all).
    case badArguments
    /// A system call failed with this `errno`.
    case system(String, code: Int32)
    case ended

    package var description: String {
        switch self {
        case .noProgram(let name): "there is no program \(name)"
        case .noDirectory(let path): "\(path) is not a directory"
        case .badArguments: "the command or its environment cannot be passed to a program"
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        case .ended: "the terminal has ended"
        }
    }

    static func check(_ call: String, _ code: Int32) throws(Self) {
        if code != 0 { throw .system(call, code: code) }
    }
}

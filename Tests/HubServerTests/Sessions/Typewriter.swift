import HubCore

@testable import HubServer

/// A terminal that keeps what is typed.
final class Typewriter: SessionTerminals {
    let typed = Locked([String]())

    func screen(of session: Session.ID) async -> TerminalText? {
        TerminalText(lines: ["$ ls", "a  b"], size: .standard, cursor: (1, 4), title: "bash")
    }
    func picture(of session: Session.ID) async -> [UInt8]? { [0x89, 0x50] }
    func log(of session: Session.ID) async -> [UInt8]? { Array("all of it".utf8) }
    func recording(of session: Session.ID) async -> [UInt8]? { nil }
    func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingResult {
        typed.withLock { $0.append(text + (submits ? "⏎" : "")) }
        return .submitted
    }
    func press(_ key: String, in session: Session.ID) async -> TypingResult {
        typed.withLock { $0.append("<\(key)>") }
        return key == "nokey" ? .unknownKey : .submitted
    }
    func write(_ bytes: [UInt8], into session: Session.ID) async -> TypingResult {
        typed.withLock { $0.append("\(bytes)") }
        return .submitted
    }
    func resize(_ session: Session.ID, to size: TerminalSize) async { typed.withLock { $0.append("\(size)") } }
}

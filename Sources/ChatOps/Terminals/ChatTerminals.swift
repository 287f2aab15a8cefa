import HubCore

/// What commands need of live terminals. Who may is decided before: nothing behind this looks at people.
package protocol ChatTerminals: Sendable {
    /// Whether there is a screen to show.
    func isLive(_ session: Session.ID) async -> Bool
    /// All output that is kept, as plain text; `nil` where none is.
    func log(of session: Session.ID) async -> [UInt8]?
    /// The recording as asciicast v2; `nil` where there is none.
    func recording(of session: Session.ID) async -> [UInt8]?
    /// Types `text`, presses Enter if `submits`, and looks whether the screen shows that it was taken.
    func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingReceipt
    func press(_ key: PadKey, in session: Session.ID) async -> TypingReceipt
    /// What can be started by name; `nil` where that is not known.
    var launchProfiles: [String]? { get }
}

extension ChatTerminals {
    package var launchProfiles: [String]? { nil }
}

/// What became of something typed: as seen on the screen, not as hoped.
package enum TypingReceipt: String, Hashable, Sendable, Codable {
    /// The screen changed after it.
    case submitted
    /// It is there, but Enter changed nothing; of a key: nothing changed.
    case typedNotSubmitted
    case noSession
    case serverOffline
}

/// No terminal at all: a hub without live sessions, and tests of other things.
struct NoTerminals: ChatTerminals {
    func isLive(_ session: Session.ID) async -> Bool { false }
    func log(of session: Session.ID) async -> [UInt8]? { nil }
    func recording(of session: Session.ID) async -> [UInt8]? { nil }
    func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingReceipt { .noSession }
    func press(_ key: PadKey, in session: Session.ID) async -> TypingReceipt { .noSession }
}

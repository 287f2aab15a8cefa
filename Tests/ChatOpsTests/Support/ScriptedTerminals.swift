import ChatOps
import HubCore

/// Terminals that do as a test says, and remember what was typed.
final class ScriptedTerminals: ChatTerminals {
    enum Deed: Hashable {
        case typed(String, into: Session.ID, submits: Bool)
        case pressed(String, in: Session.ID)
    }

    private let state = Locked((deeds: [Deed](), receipt: TypingReceipt.submitted, isLive: true, log: [UInt8]?.none, cast: [UInt8]?.none))
    private let profiles = Locked([String]?.none)

    var launchProfiles: [String]? { profiles.withLock { $0 } }
    func offer(_ names: [String]) { profiles.withLock { $0 = names } }

    var deeds: [Deed] { state.withLock { $0.deeds } }
    func answer(_ receipt: TypingReceipt) { state.withLock { $0.receipt = receipt } }
    func setLive(_ isLive: Bool) { state.withLock { $0.isLive = isLive } }
    func keep(log: String?, recording: String?) {
        state.withLock { ($0.log, $0.cast) = (log.map { Array($0.utf8) }, recording.map { Array($0.utf8) }) }
    }

    func isLive(_ session: Session.ID) async -> Bool { state.withLock { $0.isLive } }
    func log(of session: Session.ID) async -> [UInt8]? { state.withLock { $0.log } }
    func recording(of session: Session.ID) async -> [UInt8]? { state.withLock { $0.cast } }

    func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingReceipt {
        state.withLock { state in
            state.deeds.append(.typed(text, into: session, submits: submits))
            return state.receipt
        }
    }

    func press(_ key: PadKey, in session: Session.ID) async -> TypingReceipt {
        state.withLock { state in
            state.deeds.append(.pressed(key.word, in: session))
            return state.receipt
        }
    }
}

import ChatOps
import Foundation
import TelegramBot

/// A stored call on its way.
struct OutboxItem: Sendable {
    /// In the order of the commits.
    let id: Int64
    let bot: Int64
    var chat: Int64
    var lane: SendLane
    var call: OutgoingCall
    var document: [UInt8]?
    /// Attempts that failed so far.
    var failures = 0
    /// Those of them that may be the call's own fault (``BotAPIError/mayBeOwnFault``).
    var faults = 0
    /// It was posted, perhaps, and is posted once more.
    var isRepetition = false
    var isPlain = false
    /// The slot had a message, which turned out to be gone.
    var postsAnew = false
    /// Of a live message: not stored, and dropped rather than repeated where it cannot be made.
    var isEphemeral = false

    var kind: SendKind {
        switch call.action {
        case .post, .take, .upload, .photo, .picture, .fetch: .message
        // Only a look into the slot tells whether it edits; mostly it does.
        case .show: call.slot == nil || postsAnew ? .message : .edit
        case .edit, .strip, .repicture: .edit
        case .react: .other
        }
    }

    /// Whether it came by itself: nobody in the chat asked for it. A secret was asked for by somebody, whatever the lane.
    var isNews: Bool { lane != .answers && call.vanishesAfter == nil }

    var request: SendPacer.Request { SendPacer.Request(chat: chat, lane: lane, kind: kind) }
    var order: (Int, Int64) { (lane.rawValue, id) }
}

/// A call with all that its storing needs, made outside of any transaction.
struct PreparedCall: Sendable {
    var call: OutgoingCall
    var lane: SendLane
    /// The call as it is stored, sealed if it shows a secret.
    var stored: [UInt8]
    var isSealed: Bool
    var buttons: [ButtonTable.Row]
    var document: [UInt8]?
}

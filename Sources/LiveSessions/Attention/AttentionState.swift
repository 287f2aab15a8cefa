import HubCore
import Terminal

/// What one terminal waits for, as it was seen last.
struct AttentionState {
    /// Behind this a screen that stays the same means nothing new.
    private static let longestQuiet: Duration = .seconds(15)
    private static let shortestQuiet: Duration = .milliseconds(400)
    private static let patience: Attention.Patience = {
        var patience = Attention.Patience()
        // What a program says between two steps is no prompt yet.
        patience.input = .seconds(5)
        patience.unknown = .seconds(10)
        return patience
    }()

    private(set) var seen: Attention?
    private var version: UInt64?
    private var since: Timestamp?
    private var isSettled = false

    /// Whether a person is to act in the terminal.
    var isWaiting: Bool {
        switch seen {
        case .permission, .usageLimit, .unknown: true
        case .input, .exited, .busy, nil: false
        }
    }
    var isIdle: Bool { if case .input? = seen { true } else { false } }
    var isBusy: Bool { seen == .busy }
    var asksPermission: Bool { if case .permission? = seen { true } else { false } }

    /// - Returns: whether something else is seen now.
    mutating func review(_ profile: LaunchProfile?, version: UInt64, now: Timestamp, _ image: () -> ScreenImage) -> Bool {
        if version != self.version { (self.version, since, isSettled) = (version, now, false) }
        let quiet = now.since(since ?? now)
        guard !isSettled, quiet >= Self.shortestQuiet else { return false }
        isSettled = quiet >= Self.longestQuiet
        let before = seen
        seen = Attention.seen(on: image(), profile: profile, quiet: quiet, patience: Self.patience)
        return seen != before
    }
}

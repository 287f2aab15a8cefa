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
    /// Whether it was looked at. What an earlier hub noted may be over before that.
    private(set) var isKnown = false

    /// Whether a person is to act in the terminal.
    var isWaiting: Bool {
        switch seen {
        case .permission, .usageLimit, .unknown: true
        case .input, .exited, .busy, nil: false
        }
    }
    var isIdle: Bool { if case .input? = seen { true } else { false } }
    var isBusy: Bool { seen == .busy }
    var canBeTold: Bool {
        switch seen {
        case .permission, .exited: false
        case .input, .usageLimit, .unknown, .busy, nil: true
        }
    }
    /// Whether something was noted that ends when something else is seen.
    var isNoted: Bool { isWaiting || isIdle || seen == .exited }

    /// - Returns: whether something else is seen now.
    mutating func review(_ profile: LaunchProfile?, version: UInt64, now: Timestamp, _ image: () -> ScreenImage) -> Bool {
        if version != self.version { (self.version, since, isSettled) = (version, now, false) }
        let quiet = now.since(since ?? now)
        guard !isSettled, quiet >= Self.shortestQuiet else { return false }
        isSettled = quiet >= Self.longestQuiet
        let (before, wasKnown) = (seen, isKnown)
        seen = Attention.seen(on: image(), profile: profile, quiet: quiet, patience: Self.patience)
        isKnown = true
        return seen != before || !wasKnown
    }
}

/// What is sent first, from the most to the least urgent.
package enum SendLane: Int, Sendable, CaseIterable, Comparable {
    /// Answers to people: they wait for a freeze only.
    case answers
    /// Decisions and failures.
    case decisions
    case results
    /// Cards and progress lines.
    case cards
    /// Live edits.
    case live

    package static func < (left: SendLane, right: SendLane) -> Bool { left.rawValue < right.rawValue }

    /// Whether the share of a group's budget that is kept free is for it.
    var mayUseReserve: Bool { self <= .decisions }
}

/// What a call costs a chat.
package enum SendKind: Sendable, Hashable {
    case message
    case edit
    /// Answers to button presses, reactions, actions, deletions: they count for the bot only.
    case other
}

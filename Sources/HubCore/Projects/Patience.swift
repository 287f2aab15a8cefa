/// How long a request may wait for a person (domain page, "Time limits"). Time never decides: it only tells more people.
package struct Patience: Hashable, Sendable {
    /// After this long people are reminded; `nil`: never.
    package let reminder: Duration?
    /// After this long the owners are told; `nil`: never.
    package let escalation: Duration?

    package static let standardReminder = 15
    package static let standardEscalation = 60
    /// Settings, in minutes: up to 30 days.
    package static let range = 0...43_200

    /// - Parameter reminderMinutes: 0 for never, `nil` for the standard.
    package init(reminderMinutes: Int?, escalationMinutes: Int?) {
        func span(_ minutes: Int) -> Duration? { minutes > 0 ? .seconds(60 * minutes) : nil }
        reminder = span(reminderMinutes ?? Self.standardReminder)
        escalation = span(escalationMinutes ?? Self.standardEscalation)
    }

    /// Who was told of a wait.
    package enum Step: Int, CaseIterable, Comparable, Hashable, Sendable {
        case nobody, reminded, escalated
        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// The step that is due after `waited`, if it is a further one than `told`.
    package func step(after waited: Duration, told: Step) -> Step? {
        if told < .escalated, let escalation, waited >= escalation { return .escalated }
        if told < .reminded, let reminder, waited >= reminder { return .reminded }
        return nil
    }

    /// How long after its beginning the wait has to be looked at next.
    package func next(told: Step) -> Duration? {
        [told < .reminded ? reminder : nil, told < .escalated ? escalation : nil].compactMap(\.self).min()
    }
}

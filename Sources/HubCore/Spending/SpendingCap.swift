import Foundation

/// A limit on what may be spent, and how much of it is used up.
package struct SpendingCap: Hashable, Sendable, Codable {
    /// In the order in which they are looked at.
    package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        /// One task, over all its attempts.
        case task
        /// All that a project ever spends.
        case project
        /// What a project spends in a day of its own time zone.
        case day
        /// What all projects of the hub spend in a day in UTC.
        case fleet
    }

    package let kind: Kind
    package let limit: Money
    package let spent: Money
    /// What a permission to go on once holds for: the number of the attempt, or the day.
    package let mark: String

    package init(_ kind: Kind, limit: Money, spent: Money, mark: String) {
        (self.kind, self.limit, self.spent, self.mark) = (kind, limit, spent, mark)
    }

    package var isReached: Bool { spent >= limit }

    /// What a raise suggests: half as much again, and more than is spent already.
    package var raised: Money { max(limit.raised, isReached ? spent.raised : .zero) }

    /// “its cap of 5.00 USD: 5.10 spent”.
    package func words(_ currency: String) -> String {
        switch kind {
        case .task: "its cap of \(limit) \(currency): \(spent) spent"
        case .project: "the project's cap of \(limit) \(currency): \(spent) spent"
        case .day: "the project's cap of \(limit) \(currency) for \(mark): \(spent) spent"
        case .fleet: "the hub's cap of \(limit) \(currency) for \(mark): \(spent) spent"
        }
    }

    /// What lets the work go on.
    package var cure: String {
        switch kind {
        case .task: "raise the task's spend_cap"
        case .project: "an owner can raise project_cap"
        case .day: "it goes on with the next day, or an owner raises day_cap"
        case .fleet: "it goes on with the next day in UTC, or when \(Self.fleetRaise)"
        }
    }

    /// Who raises the hub's own cap, and how: the configuration is read when the hub starts.
    package static let fleetRaise =
        "whoever runs the hub raises spending.day_cap in its configuration file, or ORCHESTRATIA_SPENDING_DAY_CAP, and restarts it"
}

/// What the hub as a whole says on spending.
package struct SpendingRules: Hashable, Sendable {
    /// As ISO 4217 names it: every amount is in it.
    package var currency: String
    /// For all projects together, a day in UTC; `nil`: no limit.
    package var dayCap: Money?

    package static let standard = SpendingRules()

    package init(currency: String = "USD", dayCap: Money? = nil) {
        (self.currency, self.dayCap) = (currency, dayCap)
    }

    /// Three capital letters.
    package static func isCurrency(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}

/// A day on which money is spent, as `2026-11-22`: it sorts as it reads.
package enum SpendingDay {
    package static func name(at time: Timestamp, in zone: TimeZone) -> String {
        let shifted = time + .seconds(zone.secondsFromGMT(for: time.date))
        return String(shifted.description.prefix(10))
    }
}

extension Project.Settings {
    /// In which the project's days begin.
    package var spendingZone: TimeZone { timeZone.flatMap { TimeZone(named: $0) } ?? .gmt }
}

extension Intervention {
    /// The hub's own question when a cap is reached: may the task go on?
    package struct Spending: Hashable, Sendable, Codable {
        package let cap: SpendingCap
        package let raised: Money

        package init(_ cap: SpendingCap) {
            (self.cap, raised) = (cap, cap.raised)
        }

        package enum Choice: String, CaseIterable, Hashable, Sendable {
            case raise, once, stop
        }

        /// The fleet's cap is in the hub's configuration, where no button reaches.
        package var choices: [Choice] { cap.kind == .fleet ? [.once, .stop] : Choice.allCases }

        package func label(of choice: Choice) -> String {
            switch choice {
            case .raise:
                switch cap.kind {
                case .task, .fleet: "Raise the cap to \(raised)"
                case .project: "Raise the project's cap to \(raised)"
                case .day: "Raise the day's cap to \(raised)"
                }
            case .once: cap.kind == .task || cap.kind == .project ? "Go on this once" : "Go on today"
            case .stop: "Stop the task"
            }
        }

        /// By id or label, any case.
        package func choice(_ answer: String) -> Choice? {
            let word = answer.trimmed.lowercased()
            return choices.first { $0.rawValue == word || label(of: $0).lowercased() == word }
        }

        /// Whether a person chose this; else the question was answered by a raise of the cap.
        package func isChoice(_ answer: String) -> Bool { choices.contains { label(of: $0) == answer } }

        package var options: [Option] { choices.map { .init(id: $0.rawValue, label: label(of: $0)) } }
    }
}

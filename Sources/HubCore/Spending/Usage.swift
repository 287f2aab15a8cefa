/// What agents have used up: tokens, and what they cost.
package struct Usage: Hashable, Sendable, Codable {
    /// Not negative.
    package var tokensIn: Int64
    package var tokensOut: Int64
    package var cost: Money

    package static let zero = Usage()
    /// A million million: no report says more.
    package static let maximumTokens: Int64 = 1_000_000_000_000
    /// Where sums of tokens stop: some hundred of this size still add up.
    private static let maximumSum = 10_000 * maximumTokens

    package init(tokensIn: Int64 = 0, tokensOut: Int64 = 0, cost: Money = .zero) {
        (self.tokensIn, self.tokensOut, self.cost) = (tokensIn, tokensOut, cost)
    }

    package var isZero: Bool { self == .zero }

    package static func + (a: Self, b: Self) -> Self {
        func sum(_ a: Int64, _ b: Int64) -> Int64 {
            let (sum, overflow) = a.addingReportingOverflow(b)
            return overflow ? maximumSum : min(sum, maximumSum)
        }
        return Usage(tokensIn: sum(a.tokensIn, b.tokensIn), tokensOut: sum(a.tokensOut, b.tokensOut), cost: a.cost + b.cost)
    }

    /// Each number only as far as it is larger: totals that are reported again, or late, change nothing.
    package func merged(with report: Self) -> Self {
        Usage(tokensIn: max(tokensIn, report.tokensIn), tokensOut: max(tokensOut, report.tokensOut), cost: max(cost, report.cost))
    }

    /// How much more this is than `earlier`, which is nowhere larger.
    package func since(_ earlier: Self) -> Self {
        Usage(
            tokensIn: max(0, tokensIn - earlier.tokensIn), tokensOut: max(0, tokensOut - earlier.tokensOut), cost: cost - earlier.cost)
    }
}

/// What an agent says it has used in an attempt so far: a total, not a difference.
///
/// Totals are kept apart by model and by `run`, so that they add up: an agent that begins to count anew, or counts in several places at
/// once, names each count.
package struct UsageReport: Hashable, Sendable {
    package var usage: Usage
    /// Up to 64 characters; empty for the only one.
    package var model: String
    /// Up to 64 characters; empty for the only one.
    package var run: String
    /// As ISO 4217 names it; `nil`: the hub's.
    package var currency: String?

    package init(_ usage: Usage, model: String = "", run: String = "", currency: String? = nil) {
        (self.usage, self.model, self.run, self.currency) = (usage, model, run, currency)
    }

    package static let maximumName = 64

    /// What a report breaks, as a sentence that says what is taken.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case tokens(Int64)
        case cost
        case name(String)
        case currency(String, accepted: String)

        package var description: String {
            switch self {
            case .tokens(let count): "tokens_in and tokens_out are 0 to \(Usage.maximumTokens), not \(count)"
            case .cost: "cost is a decimal number such as 0.42, at most \(Money.maximum)"
            case .name(let field): "\(field) has at most \(UsageReport.maximumName) characters on one line"
            case .currency(let named, let accepted):
                "this hub counts in \(accepted), not in \(String(named.prefix(16))): report the cost in \(accepted), or leave it out"
            }
        }
    }

    /// - Parameter accepted: the hub's currency.
    /// - Throws: ``Fault`` for the first rule that is broken.
    package func checked(currency accepted: String) throws(Fault) -> UsageReport {
        for count in [usage.tokensIn, usage.tokensOut] where !(0...Usage.maximumTokens).contains(count) { throw .tokens(count) }
        guard usage.cost <= .maximum else { throw .cost }
        for (field, name) in [("model", model), ("run", run)] {
            guard name.unicodeScalars.count <= Self.maximumName, !name.contains(where: \.isNewline), !name.unicodeScalars.contains("\0")
            else { throw .name(field) }
        }
        if let currency, currency.uppercased() != accepted { throw .currency(currency, accepted: accepted) }
        return self
    }
}

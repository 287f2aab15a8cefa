import HubCore

extension Fields {
    /// An amount of money: a JSON number, or a string that holds one, read as it is written and never as a floating-point number.
    package func money(_ name: String) throws(WireFault) -> Money? {
        guard let value = value(name) else { return nil }
        let text: String
        switch value {
        case .number(let number): text = number
        case .string(let string): text = string
        default: throw .kind(name, "a decimal number such as 5.10", value.kindName)
        }
        guard let money = Money(decimal: text) else {
            throw WireFault("\(name) must be a decimal number from 0 to \(Money.maximum), such as 5.10, not \(text.prefix(40))")
        }
        return money
    }
}

/// `POST …/usage`: what an agent has used in its attempt so far.
package struct UsageBody: Sendable {
    package var attempt: Int?
    package var report: UsageReport

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        attempt = try fields.int("attempt")
        let (tokensIn, tokensOut, cost) = (try fields.int("tokens_in"), try fields.int("tokens_out"), try fields.money("cost"))
        guard tokensIn != nil || tokensOut != nil || cost != nil else {
            throw WireFault("the body needs tokens_in, tokens_out or cost: the attempt's totals so far")
        }
        report = UsageReport(
            Usage(tokensIn: Int64(tokensIn ?? 0), tokensOut: Int64(tokensOut ?? 0), cost: cost ?? .zero),
            model: try fields.string("model") ?? "", run: try fields.string("run") ?? "", currency: try fields.string("currency"))
    }
}

extension Usage {
    /// `{"tokens_in", "tokens_out", "cost", "cost_micros"}`.
    package var wire: [JSONValue.Member] {
        [
            .init("tokens_in", JSONValue(tokensIn)), .init("tokens_out", JSONValue(tokensOut)),
            .init("cost", .string(cost.description)), .init("cost_micros", JSONValue(cost.micros)),
        ]
    }
}

extension SpendingCap {
    /// `{"cap", "limit", "spent", "reached"}`.
    package var wire: JSONValue {
        [
            "cap": .string(kind.rawValue), "limit": .string(limit.description), "spent": .string(spent.description),
            "reached": JSONValue(isReached),
        ]
    }
}

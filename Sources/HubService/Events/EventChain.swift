import Cryptography
import HubCore

/// How events are chained: each hash covers the one before, so that nothing can be cut out or edited without showing.
package enum EventChain {
    /// SHA-256 in hexadecimal over the previous hash of the project and all that the event says.
    package static func hash(of fact: Event.Fact, in project: Project.ID, at time: Timestamp, after previous: String?) -> String {
        let content: JSONValue = [
            "previous": JSONValue(previous), "project": JSONValue(project), "kind": .string(fact.kind.rawValue),
            "actor": [.string(fact.actor.kind.rawValue), .string(fact.actor.id), .string(fact.actor.name)],
            "channel": .string(fact.channel.rawValue), "subject": .string(fact.subject.description), "before": JSONValue(fact.before),
            "after": JSONValue(fact.after), "data": fact.data, "at": JSONValue(time.milliseconds),
        ]
        return Hex.encode(SHA256.digest(of: content.bytes))
    }

    /// HMAC in hexadecimal over the newest hash and the number of events, so that a cut tail shows, too.
    package static func seal(count: Int64, hash: String, in project: Project.ID, key: [UInt8]) -> String {
        Hex.encode(HMACSHA256.code(for: Array("\(project) \(count) \(hash)".utf8), key: key))
    }

    /// What is wrong with a project's log.
    package enum Damage: Error, Hashable, Sendable, CustomStringConvertible {
        /// The event does not fit its hash or its predecessor: it, or one before it, was changed or cut out.
        case broken(sequence: Int64)
        /// The log ends earlier, or with another event, than the seal says.
        case tailCut
        case sealForged

        package var description: String {
            switch self {
            case .broken(let sequence): "event \(sequence) was changed, or one before it is missing"
            case .tailCut: "the log does not end where its seal says: events are missing at the end"
            case .sealForged: "the seal was not made with this hub's master key"
            }
        }
    }
}

import Cryptography
import HubCore

/// How events are chained: each hash covers the one before, so that nothing can be cut out or edited without showing.
package enum EventChain {
    /// SHA-256 in hexadecimal over the previous hash of the project and all that the event says.
    ///
    /// The content is hashed as the JSON object that its members make, in this order.
    ///
    /// - Parameter data: the fact's `data` as JSON, if it is at hand.
    package static func hash(
        of fact: Event.Fact, data: [UInt8]? = nil, in project: Project.ID, at time: Timestamp, after previous: String?
    ) -> String {
        var content: [UInt8] = []
        content.reserveCapacity(512)
        func add(_ text: StaticString) {
            content.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
        func add(_ text: String?) { if let text { JSONValue.write(text, into: &content) } else { add("null" as StaticString) } }
        add(#"{"previous":"# as StaticString)
        add(previous)
        add(#","project":"# as StaticString)
        add(project.text)
        add(#","kind":"# as StaticString)
        add(fact.kind.rawValue)
        add(#","actor":["# as StaticString)
        add(fact.actor.kind.rawValue)
        add("," as StaticString)
        add(fact.actor.id)
        add("," as StaticString)
        add(fact.actor.name)
        add(#"],"channel":"# as StaticString)
        add(fact.channel.rawValue)
        add(#","subject":"# as StaticString)
        add(fact.subject.description)
        add(#","before":"# as StaticString)
        add(fact.before)
        add(#","after":"# as StaticString)
        add(fact.after)
        add(#","data":"# as StaticString)
        if let data { content += data } else { fact.data.write(into: &content) }
        add(#","at":"# as StaticString)
        content.append(contentsOf: String(time.milliseconds).utf8)
        content.append(UInt8(ascii: "}"))
        return Hex.encode(SHA256.digest(of: content))
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

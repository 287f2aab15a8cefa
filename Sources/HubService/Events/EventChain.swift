import Cryptography
import HubCore

/// How events are chained: each hash covers the one before, so that nothing can be cut out or edited without showing.
package enum EventChain {
    /// SHA-256 in hexadecimal over the previous hash of the project and all that the event says.
    ///
    /// The content is hashed as the JSON object that its members make, in the order of ``Hasher``.
    package static func hash(of fact: Event.Fact, in project: Project.ID, at time: Timestamp, after previous: String?) -> String {
        var hasher = Hasher(
            fact.kind, by: fact.actor, over: fact.channel, in: project, before: fact.before, after: fact.after, at: time)
        return hasher.hash(of: fact.subject, data: fact.data.bytes, after: previous)
    }

    /// Hashes events that differ in nothing but what they are about and their data: what they have in common is written once.
    struct Hasher {
        private let head: [UInt8]
        private let states: [UInt8]
        private let end: [UInt8]
        private var content: [UInt8] = []

        init(
            _ kind: Event.Kind, by actor: Actor, over channel: Channel, in project: Project.ID, before: String?, after: String?,
            at time: Timestamp
        ) {
            var head: [UInt8] = []
            head += #","project":"#.utf8
            JSONValue.write(project.text, into: &head)
            head += #","kind":"#.utf8
            JSONValue.write(kind.rawValue, into: &head)
            head += #","actor":["#.utf8
            JSONValue.write(actor.kind.rawValue, into: &head)
            head += ",".utf8
            JSONValue.write(actor.id, into: &head)
            head += ",".utf8
            JSONValue.write(actor.name, into: &head)
            head += #"],"channel":"#.utf8
            JSONValue.write(channel.rawValue, into: &head)
            head += #","subject":"#.utf8
            self.head = head
            var states: [UInt8] = []
            states += #","before":"#.utf8
            JSONValue(before).write(into: &states)
            states += #","after":"#.utf8
            JSONValue(after).write(into: &states)
            states += #","data":"#.utf8
            self.states = states
            end = Array(#","at":\#(time.milliseconds)}"#.utf8)
            content.reserveCapacity(512)
        }

        /// - Parameter data: the event's `data` as JSON.
        mutating func hash(of subject: Event.Subject, data: [UInt8], after previous: String?) -> String {
            content.removeAll(keepingCapacity: true)
            content += #"{"previous":"#.utf8
            JSONValue(previous).write(into: &content)
            content += head
            JSONValue.write(subject.description, into: &content)
            content += states
            content += data
            content += end
            return Hex.encode(SHA256.digest(of: content))
        }
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

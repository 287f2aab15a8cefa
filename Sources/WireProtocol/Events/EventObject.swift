import HubCore

/// A row of the event log as it is sent (agent protocol, section 12).
package struct EventObject: Sendable {
    package var event: Event

    package init(_ event: Event) {
        self.event = event
    }

    package var json: JSONValue {
        let fact = event.fact
        return [
            "sequence": JSONValue(event.sequence), "project_id": JSONValue(event.project), "kind": .string(fact.kind.rawValue),
            "actor": ["kind": .string(fact.actor.kind.rawValue), "id": .string(fact.actor.id), "name": .string(fact.actor.name)],
            "channel": .string(fact.channel.rawValue), "subject": .string(fact.subject.description), "before": JSONValue(fact.before),
            "after": JSONValue(fact.after), "data": fact.data, "at": JSONValue(event.at), "hash": .string(event.hash),
        ]
    }
}

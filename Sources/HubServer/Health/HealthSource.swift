import HubCore

/// Tells how the hub is; the executable knows all its parts and supplies it.
package protocol HealthSource: Sendable {
    func health() async -> HubHealth
}

/// How the hub's parts are.
package struct HubHealth: Sendable {
    /// What is wrong with the database or the event log; `nil` if they work.
    package var databaseFault: String?
    package var eventLogFault: String?
    /// Why chats hear no news; `nil` if they do.
    package var noticesFault: String?
    /// How much waits, by name: `outbox`, `inbox` …
    package var queues: [String: Int]
    package var bots: [Bot]

    package struct Bot: Sendable {
        package var id: String
        package var username: String?
        /// Since the last poll ended; `nil` before the first.
        package var secondsSincePoll: Int?
        /// What is wrong with it; `nil` if it works.
        package var fault: String?

        package init(id: String, username: String?, secondsSincePoll: Int?, fault: String? = nil) {
            (self.id, self.username, self.secondsSincePoll, self.fault) = (id, username, secondsSincePoll, fault)
        }
    }

    package init(
        databaseFault: String? = nil, eventLogFault: String? = nil, noticesFault: String? = nil, queues: [String: Int] = [:],
        bots: [Bot] = []
    ) {
        (self.databaseFault, self.eventLogFault, self.noticesFault) = (databaseFault, eventLogFault, noticesFault)
        (self.queues, self.bots) = (queues, bots)
    }

    /// A bot in trouble, or news that chats do not hear, degrade the hub; without its database or event log it is down (agent protocol, section 12).
    package enum Status: String, Sendable {
        case ok, degraded, down
    }

    package var status: Status {
        if databaseFault != nil || eventLogFault != nil { return .down }
        return noticesFault != nil || bots.contains { $0.fault != nil } ? .degraded : .ok
    }
}

extension HubHealth {
    /// - Parameter inFull: for those who have a token.
    func reply(version: String, inFull: Bool) -> Reply {
        var members: [JSONValue.Member] = [.init("status", .string(status.rawValue)), .init("version", .string(version))]
        if status == .down { members.append(.init("detail", "the database or the event log does not work")) }
        if inFull {
            members += [
                .init("database", .string(databaseFault ?? "ok")), .init("event_log", .string(eventLogFault ?? "ok")),
                .init("notices", .string(noticesFault ?? "ok")),
                .init("queues", .object(queues.sorted { $0.key < $1.key }.map { .init($0.key, JSONValue($0.value)) })),
                .init("bots", .array(bots.map(\.json))),
            ]
        }
        return Reply(status: status == .down ? 503 : 200, .object(members))
    }
}

extension HubHealth.Bot {
    fileprivate var json: JSONValue {
        [
            "id": .string(id), "username": JSONValue(username), "seconds_since_poll": JSONValue(secondsSincePoll),
            "status": .string(fault ?? "ok"),
        ]
    }
}

import HubCore
import HubStore

extension DatabaseConformance {
    private static func event(_ sequence: Int64, _ sample: Sample, on subject: Event.Subject) -> Event {
        Event(
            sequence: sequence, project: sample.project.id,
            fact: .init(
                .taskStarted, by: .agent(on: sample.server), over: .ws, on: subject, before: sequence.isMultiple(of: 2) ? "assigned" : nil,
                after: "running", data: ["n": .number("12345678901234567890")]), at: sample.now, hash: "hash \(sequence)")
    }

    static let logTables: [Case] = [
        Case("appends events with the head of their project, and signals") { database in
            let sample = try await Sample(database)
            var observer = database.observe(EventTable.signal).makeAsyncIterator()
            await observer.next()
            let subjects = [Event.Subject.task(.random()), .server(sample.server.id)]
            let events = (1...6).map { event(Int64($0), sample, on: subjects[$0 % 2]) }
            try requireEqual(try await sample.read { try EventTable($0).lastSequence() }, 0, "the last sequence of an empty log")
            try requireEqual(try await sample.read { try EventTable($0).head(of: sample.project.id) }, nil, "the head of an empty log")
            for batch in [events[..<4], events[4..<5], events[5...]] {
                guard let last = batch.last else { continue }
                let head = EventTable.Head(sequence: last.sequence, count: last.sequence, hash: last.hash, seal: "seal \(last.sequence)")
                try await sample.write {
                    try EventTable($0).append(batch.map { .init($0) })
                    try EventTable($0).put(head, of: last.project)
                }
            }
            await observer.next()
            try await sample.read { connection in
                let table = EventTable(connection)
                try requireEqual(try table.lastSequence(), 6, "the last sequence")
                try requireEqual(
                    try table.head(of: sample.project.id), .init(sequence: 6, count: 6, hash: "hash 6", seal: "seal 6"), "the head")
                try requireEqual(try table.after(0, limit: 100), events, "all events")
                try requireEqual(try table.after(4, in: sample.project.id, limit: 100), Array(events[4...]), "events after 4")
                try requireEqual(try table.after(0, limit: 2), Array(events[..<2]), "the first two")
                try requireEqual(try table.after(0, in: .random(), limit: 9), [], "another project's events")
                try requireEqual(try table.latest(on: subjects[0], limit: 2), [events[3], events[5]], "the latest on a subject")
            }
            try await requireConstraint(.unique, "a second event 6") {
                let head = EventTable.Head(sequence: 6, count: 7, hash: "x", seal: "x")
                try await sample.write {
                    try EventTable($0).put(head, of: sample.project.id)
                    try EventTable($0).append([.init(events[5])])
                }
            }
            try requireEqual(try await sample.read { try EventTable($0).head(of: sample.project.id)?.count }, 6, "the head after a refusal")
        },
        Case("keeps what was handled, once for a caller and a key") { database in
            let sample = try await Sample(database)
            let key = HandledTable.Key(caller: "telegram/1", key: "77", fingerprint: "f")
            try requireEqual(try await sample.read { try HandledTable($0).find(key)?.outcome }, nil, "a new key")
            try await sample.write { try HandledTable($0).insert(key, outcome: "done", at: sample.now) }
            let entry = try await sample.read { try HandledTable($0).find(key) }
            try requireEqual([entry?.fingerprint, entry?.outcome], ["f", "done"], "the entry")
            try await requireConstraint(.unique, "a repetition") {
                try await sample.write {
                    try HandledTable($0).insert(.init(caller: "telegram/1", key: "77"), outcome: "again", at: sample.now)
                }
            }
            try await sample.write { try HandledTable($0).insert(.init(caller: "telegram/2", key: "77"), outcome: "other", at: sample.now) }
            try await sample.write { try HandledTable($0).removeOlder(than: sample.now) }
            try requireEqual(try await sample.read { try HandledTable($0).find(key)?.outcome }, "done", "an entry that is young enough")
            try await sample.write { try HandledTable($0).removeOlder(than: sample.now + .milliseconds(1)) }
            try requireEqual(try await sample.read { try HandledTable($0).find(key)?.outcome }, nil, "an old entry")
        },
        Case("keeps a cursor for each subscriber") { database in
            let sample = try await Sample(database)
            try await sample.write { connection in
                let table = SubscriberTable(connection)
                try requireEqual(try table.cursor(of: "notifier"), nil, "a new subscriber's cursor")
                try table.move("notifier", to: 5)
                try table.move("notifier", to: .max)
                try table.move("push", to: 0)
                try requireEqual(try table.cursor(of: "notifier"), .max, "the cursor")
                try requireEqual(try table.cursor(of: "push"), 0, "the other's cursor")
            }
        },
    ]
}

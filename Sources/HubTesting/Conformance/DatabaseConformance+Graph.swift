import HubCore
import HubStore

extension DatabaseConformance {
    static let graphTables: [Case] = [
        Case("counts the edges that hold a task back, whatever happens to them") { database in
            let sample = try await Sample(database)
            let tasks = try (1...4).map { try sample.task($0) }
            let (a, b, c, down) = (tasks[0].id, tasks[1].id, tasks[2].id, tasks[3].id)
            try await sample.store(tasks)
            try await sample.write { connection in
                let (edges, table) = (DependencyTable(connection), TaskTable(connection))
                func blockers(_ expected: Int, _ what: String) throws {
                    try requireEqual(try table.openBlockers(of: down), expected, "open blockers after \(what)")
                }
                try edges.put(.init(upstream: a, downstream: down, kind: .blocks), at: sample.now)
                try edges.put(.init(upstream: b, downstream: down, kind: .input, contractKey: "api"), at: sample.now + .seconds(1))
                try edges.put(.init(upstream: c, downstream: down, kind: .related), at: sample.now + .seconds(2))
                try blockers(2, "three edges")
                try requireEqual(
                    try edges.upstreams(of: down),
                    [
                        .init(upstream: a, downstream: down, kind: .blocks),
                        .init(upstream: b, downstream: down, kind: .input, contractKey: "api"),
                        .init(upstream: c, downstream: down, kind: .related),
                    ], "the edges")
                try edges.put(.init(upstream: a, downstream: down, kind: .related), at: sample.now)
                try blockers(1, "blocks became related")
                try edges.put(.init(upstream: a, downstream: down, kind: .blocks), at: sample.now)
                try edges.put(.init(upstream: a, downstream: down, kind: .blocks), at: sample.now)
                try blockers(2, "the same edge twice")
                try edges.put(.init(upstream: c, downstream: down, kind: .blocks, isResolved: true), at: sample.now)
                try blockers(2, "an edge that is resolved")
                try require(try edges.remove(upstream: b, downstream: down), "an edge was not found")
                try require(try !edges.remove(upstream: b, downstream: down), "a removed edge was found")
                try blockers(1, "a removal")
                try requireEqual(try edges.resolve(upstream: a).map(\.id), [down], "what is unblocked")
                try blockers(0, "the resolution")
                try requireEqual(try edges.resolve(upstream: a).map(\.id), [], "what is unblocked the second time")
                try requireEqual(try edges.find(upstream: a, downstream: down)?.isResolved, true, "the edge")
                try edges.remove(upstream: a, downstream: down)
                try blockers(0, "the removal of a resolved edge")
            }
        },
        Case("unblocks exactly the pending tasks that wait for nothing else") { database in
            let sample = try await Sample(database)
            let (first, second) = (try sample.task(1), try sample.task(2))
            let (waits, both, related, cancelled) = (
                try sample.task(3), try sample.task(4), try sample.task(5), try sample.task(6, nil, [.cancelled])
            )
            try await sample.store([first, second, waits, both, related, cancelled])
            try await sample.write { connection in
                let edges = DependencyTable(connection)
                for down in [waits, both, cancelled] {
                    try edges.put(.init(upstream: first.id, downstream: down.id, kind: .blocks), at: sample.now)
                }
                try edges.put(.init(upstream: first.id, downstream: related.id, kind: .related), at: sample.now)
                try edges.put(.init(upstream: second.id, downstream: both.id, kind: .input), at: sample.now)
                try requireEqual(
                    Set(try edges.downstreams(of: first.id).map(\.downstream)), [waits.id, both.id, related.id, cancelled.id], "downstreams"
                )
                try requireEqual(try edges.resolve(upstream: first.id).map(\.id), [waits.id], "what the first unblocks")
                try requireEqual(try edges.resolve(upstream: second.id).map(\.id), [both.id], "what the second unblocks")
                try requireEqual(try TaskTable(connection).openBlockers(of: cancelled.id), 0, "blockers of the cancelled task")
            }
        },
        Case("holds no edge of a task to itself or to nothing") { database in
            let sample = try await Sample(database)
            let task = try sample.task(1)
            try await sample.store([task])
            func refused(_ kind: SQLFault.Constraint, _ upstream: AgentTask.ID) async throws {
                let edge = Dependency(upstream: upstream, downstream: task.id, kind: .blocks)
                try await requireConstraint(kind, "an edge") {
                    try await sample.write { try DependencyTable($0).put(edge, at: sample.now) }
                }
            }
            try await refused(.check, task.id)
            try await refused(.foreignKey, .random())
            try requireEqual(try await sample.read { try TaskTable($0).openBlockers(of: task.id) }, 0, "blockers")
        },
        Case("keeps one open question for a task, and their order") { database in
            let sample = try await Sample(database)
            let task = try sample.task(1, nil, [.assigned(sample.server.id), .started(planFirst: false), .helpRequested])
            try await sample.store([task])
            func question(_ text: String) -> Intervention {
                Intervention(
                    id: .random(), task: task,
                    content: .init(
                        kind: .approval, question: text, context: "ctx", options: [.init(id: "a", label: "A"), .init(id: "b", label: "B")],
                        urgency: "high"), at: sample.now)
            }
            var all: [Intervention] = []
            for number in 1...10 {
                var asked = question("question \(number)")
                let open = asked
                try await sample.write { try InterventionTable($0).insert(open) }
                try requireEqual(try await sample.read { try InterventionTable($0).open(of: task.id) }, Optional(open), "the open question")
                let second = question("second")
                try await requireConstraint(.unique, "a second open question") {
                    try await sample.write { try InterventionTable($0).insert(second) }
                }
                if number == 5 {
                    asked.withdraw()
                } else {
                    try asked.respond(.init(text: "yes", by: .person(sample.person), at: sample.now))
                }
                let answered = asked
                all.append(answered)
                let found = try await sample.write { connection in
                    try InterventionTable(connection).save(answered)
                    return [try InterventionTable(connection).find(answered.id), try InterventionTable(connection).latest(of: task.id)]
                }
                try requireEqual(found, [answered, answered], "the answered question")
            }
            let expected = all
            try await sample.read { connection in
                let table = InterventionTable(connection)
                try requireEqual(try table.list(in: task.project, task: nil, state: nil), expected, "the list")
                try requireEqual(try table.list(in: task.project, task: task.id, state: .withdrawn), [expected[4]], "the withdrawn")
                try requireEqual(try table.list(in: .random(), task: nil, state: nil), [], "another project's")
                try requireEqual(try table.open(of: task.id), nil, "an open question")
                let prefix = String(expected[3].id.text.prefix(13))
                try requireEqual(try table.find(prefix: prefix.uppercased(), in: task.project), [expected[3]], "by prefix")
                for odd in ["", "%", "xyz", "_", "\(prefix)%"] {
                    try requireEqual(try table.find(prefix: odd, in: task.project), [], "by the prefix \(odd)")
                }
            }
        },
    ]
}

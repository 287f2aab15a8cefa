import HubCore
import HubStore

extension DatabaseConformance {
    private static func session(_ sample: Sample, _ name: String, task: AgentTask? = nil, after seconds: Int = 0) -> Session {
        Session(
            id: .random(), project: sample.project.id, server: sample.server.id, createdBy: .person(sample.person),
            createdAt: sample.now + .seconds(seconds), name: name, task: task?.id, profile: "claude", workingDirectory: "/srv/web",
            size: TerminalSize(clampingColumns: 100, rows: 30))
    }

    static let sessionTables: [Case] = [
        Case("stores sessions whole, by id, name and tmux name") { database in
            let sample = try await Sample(database)
            let task = try sample.task(1)
            try await sample.store([task])
            var first = session(sample, "Desk", task: task)
            let second = session(sample, "bench", after: 1)
            try await sample.write { [first] connection in
                let table = SessionTable(connection)
                for each in [first, second] { try table.insert(each) }
            }
            first.run(at: sample.now + .seconds(2))
            (first.pid, first.tmuxName, first.workingDirectory) = (4711, "orc-other", nil)
            let running = first
            try await sample.write { try SessionTable($0).save(running) }
            try await sample.read { connection in
                let table = SessionTable(connection)
                try requireEqual(try table.find(running.id), running, "a session")
                try requireEqual(try table.find(name: "DESK", in: sample.project.id), running, "a session by name")
                try requireEqual(try table.find(name: "desk", in: .random()), nil, "a session of another project")
                try requireEqual(try table.find(tmuxName: "orc-other", on: sample.server.id), running, "by tmux name")
                try requireEqual(try table.find(tmuxName: second.standardTmuxName, on: sample.server.id), second, "by the id's beginning")
                try requireEqual(try table.find(tmuxName: "orc-", on: sample.server.id), nil, "by no name")
                try requireEqual(try table.find(tmuxName: "", on: sample.server.id), nil, "by an empty name")
                try requireEqual(try table.list(in: sample.project.id, includeOver: false, limit: 9), [second, running], "the list")
                try requireEqual(try table.open(on: sample.server.id), [running, second], "the server's")
                try requireEqual(try table.names(of: [running.id, second.id]), [running.id: "Desk", second.id: "bench"], "the names")
            }
            try await requireConstraint(.unique, "the name of an open session") {
                try await sample.write { try SessionTable($0).insert(session(sample, "desk")) }
            }
            first.end(.closed, at: sample.now + .seconds(3), exitCode: -9, failure: "gone")
            let over = first
            try await sample.write { try SessionTable($0).save(over) }
            try await sample.write { try SessionTable($0).insert(session(sample, "desk")) }
            try await sample.read { connection in
                let table = SessionTable(connection)
                try requireEqual(try table.find(over.id), over, "a session that is over")
                try requireEqual(try table.open().map(\.name), ["desk", "bench"], "those that are not over")
                try requireEqual(try table.list(in: sample.project.id, includeOver: true, limit: 9).count, 3, "all")
            }
        },
        Case("keeps a task's session, and finds tasks by it") { database in
            let sample = try await Sample(database)
            var task = try sample.task(1)
            try await sample.store([task])
            let terminal = session(sample, "desk", task: task)
            try await sample.write { try SessionTable($0).insert(terminal) }
            try task.apply(.assigned(sample.server.id), at: sample.now)
            task.session = terminal.id
            let placed = task
            var child = try sample.task(2)
            child.source = terminal.id
            let created = child
            try await sample.write { connection in
                try TaskTable(connection).save(placed, replacing: 1)
                try TaskTable(connection).insert(created)
            }
            try await sample.read { connection in
                let table = TaskTable(connection)
                try requireEqual(try table.find(placed.id), placed, "a task with a session")
                try requireEqual(try table.find(created.id), created, "a task that came from one")
                try requireEqual(try table.placed(in: terminal.id), [placed], "what is done in a session")
                let filter = TaskFilter(project: sample.project.id, session: terminal.id)
                try requireEqual(try table.list(filter), [placed], "the list of a session")
            }
        },
        Case("keeps pushes in their order, until they are settled") { database in
            let sample = try await Sample(database)
            var terminal = session(sample, "desk")
            let starting = terminal
            try await sample.write { try SessionTable($0).insert(starting) }
            let ids = (0..<4).map { _ in Push.ID.random() }
            let kinds: [Push.Kind] = [.sessionStart, .taskNote, .taskUpdated, .sessionClose]
            try await sample.write { connection in
                for (id, kind) in zip(ids, kinds) {
                    try PushTable(connection).insert(
                        id: id, server: sample.server.id, session: starting.id, task: nil, kind: kind, payload: ["n": 1], at: sample.now)
                }
            }
            func sendable() async throws -> [Push.ID] {
                try await sample.read { try PushTable($0).sendable(to: sample.server.id, limit: 9).map(\.id) }
            }
            try requireEqual(try await sendable(), [ids[0], ids[3]], "what goes to a session that starts")
            terminal.run(at: sample.now)
            let running = terminal
            try await sample.write { try SessionTable($0).save(running) }
            try requireEqual(try await sendable(), [ids[1], ids[2], ids[3]], "what goes to a session that runs")
            try await sample.write { connection in
                let table = PushTable(connection)
                try table.markSent(ids, to: .random(), at: sample.now)
                try table.markSent([ids[1], ids[2]], to: sample.server.id, at: sample.now)
                try require(try table.settle(ids[1], at: sample.now), "a push was not settled")
                try require(try !table.settle(ids[1], dropped: "late", at: sample.now), "a push was settled twice")
                try require(try table.settle(ids[0], dropped: "no use", at: sample.now), "a push was not dropped")
                try requireEqual(try table.find(ids[1])?.state, .delivered, "a delivered push")
                try requireEqual(try table.find(ids[0])?.state, .dropped("no use"), "a dropped push")
                try requireEqual(try table.find(ids[2])?.sentAt, sample.now, "when a push was sent")
                try requireEqual(try table.open(of: running.id).map(\.id), [ids[2], ids[3]], "the open ones")
                try requireEqual(try table.latest(of: running.id, limit: 2).map(\.number), [3, 4], "the latest")
                try requireEqual(try table.open(before: sample.now, limit: 9), [], "the old ones")
                try table.requeue(sentTo: sample.server.id)
                try requireEqual(try table.find(ids[2])?.state, .queued, "what is sent again")
                try table.removeSettled(before: sample.now + .milliseconds(1))
                try requireEqual(try table.find(ids[0]), nil, "what is forgotten")
            }
        },
        Case("knows a session's key while the session is not over") { database in
            let sample = try await Sample(database)
            var terminal = session(sample, "desk")
            let starting = terminal
            try await sample.write { connection in
                try SessionTable(connection).insert(starting)
                try SessionKeyTable(connection).insert(hash: "a", session: starting.id, at: sample.now)
                try SessionKeyTable(connection).revoke(of: starting.id, at: sample.now)
                try SessionKeyTable(connection).insert(hash: "b", session: starting.id, at: sample.now)
            }
            try await sample.read { connection in
                let table = SessionKeyTable(connection)
                try requireEqual(try table.session(behind: "a")?.session, nil, "a revoked key")
                try requireEqual(try table.session(behind: "b")?.server, sample.server.id, "a key")
            }
            terminal.end(.failed, at: sample.now)
            let over = terminal
            try await sample.write { connection in
                try SessionTable(connection).save(over)
                try requireEqual(try SessionKeyTable(connection).session(behind: "b")?.session, nil, "a session that is over")
                try SessionTable(connection).setPrompt("x", of: over.id)
                try requireEqual(try SessionTable(connection).prompt(of: over.id), "x", "what it waits for")
            }
        },
        Case("keeps what a server's connection announced, and a silence that was told") { database in
            let sample = try await Sample(database)
            var server = sample.server
            server.terminals = .init(features: ["ack", "credit"], connectedAt: sample.now)
            let connected = server
            let task = try sample.task(1)
            try await sample.store([task])
            try await sample.write { connection in
                try ServerTable(connection).put(connected)
                try requireEqual(try ServerTable(connection).find(connected.id), connected, "a server with terminals")
                let stalls = StallTable(connection)
                try requireEqual(try stalls.since(task.id), nil, "no silence")
                for seconds in [1, 2] { try stalls.put(task.id, since: sample.now + .seconds(seconds)) }
                try requireEqual(try stalls.since(task.id), sample.now + .seconds(2), "the silence")
            }
        },
    ]
}

import HubCore
import HubService
import WireProtocol

/// Tasks and pipelines that the hub creates at set times. `{number}` is that of the project, as in `S2` or `2`.
enum Schedules {
    static let list: RouteTable.Handler = { call in
        let schedules = try await call.ask(ListSchedules(in: try await call.project()))
        return Reply(["schedules": .array(schedules.map(\.json))])
    }

    /// `{name, cron, time_zone?, catch_up?, pipeline: {…} | task: {…}}`
    static let add: RouteTable.Handler = { call in
        let json = try call.json()
        let fields = try Fields(json)
        let (name, cron) = (try fields.requiredString("name"), try fields.requiredString("cron"))
        let document: JSONValue
        switch (fields.value("pipeline"), fields.value("task")) {
        case (let pipeline?, nil): document = pipeline
        case (nil, let task?):
            guard let members = task.members else { throw Problem(422, "task must be an object, not \(task.kindName)") }
            document = ["tasks": [.object([.init("id", "task")] + members.filter { $0.name != "id" })]]
        default: throw Problem(422, "a schedule has either a task or a pipeline")
        }
        let draft = PipelineDraft(json: document)
        let project = try await call.project(named: json)
        do {
            let made = try await call.run(
                AddSchedule(
                    project: project, name: name, cron: cron, timeZone: try fields.string("time_zone") ?? "UTC",
                    catchUp: try fields.word("catch_up") ?? .once, pipeline: draft.pipeline, faults: draft.faults))
            let all = try await call.ask(ListSchedules(in: project))
            guard let schedule = all.first(where: { $0.id == made.id }) else { throw Problem(404, "the schedule is gone again") }
            return Reply(status: 201, schedule.json)
        } catch let refusal as Pipeline.Refusal {
            throw Problem(422, refusal.description, faults: refusal.faults.prefix(1000).map { $0.json() })
        }
    }

    static let remove: RouteTable.Handler = { call in
        _ = try await call.run(RemoveSchedule(try call.number(), in: try await call.project()))
        return Reply([:])
    }

    static let pause: RouteTable.Handler = { call in try await set(isPaused: true, call) }
    static let resume: RouteTable.Handler = { call in try await set(isPaused: false, call) }

    private static func set(isPaused: Bool, _ call: Call) async throws -> Reply {
        let (number, project) = (try call.number(), try await call.project())
        _ = try await call.run(PauseSchedule(number, in: project, isPaused: isPaused))
        let all = try await call.ask(ListSchedules(in: project))
        guard let schedule = all.first(where: { $0.number == number }) else { throw Problem(404, "there is no schedule S\(number)") }
        return Reply(schedule.json)
    }
}

extension Call {
    fileprivate func number() throws -> Int {
        let text = parameters[0]
        guard let number = Int(text.hasPrefix("S") ? text.dropFirst() : text[...]), number > 0 else {
            throw Problem(404, "there is no schedule \(text.prefix(64)): give its number, as in S2")
        }
        return number
    }
}

extension Schedule {
    fileprivate var json: JSONValue {
        [
            "id": JSONValue(id), "number": JSONValue(number), "name": .string(name), "cron": .string(cron.text),
            "time_zone": .string(timeZone), "catch_up": .string(catchUp.rawValue), "task_count": JSONValue(pipeline.entries.count),
            "paused": JSONValue(isPaused), "due": JSONValue(due), "last_fired": JSONValue(lastFired),
            "created_by": .string(createdBy.name), "created_at": JSONValue(createdAt),
        ]
    }
}

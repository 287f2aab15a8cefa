import Foundation
import HubCore
import HubStore

/// Makes a schedule. Its pipeline is checked now, and again each time.
package struct AddSchedule: UseCase {
    package var project: Project.ID
    package var name: String
    package var cron: String
    package var timeZone: String
    package var catchUp: Schedule.CatchUp
    package var pipeline: Pipeline
    /// What the document's reader found already.
    package var faults: [Pipeline.Fault]

    package init(
        project: Project.ID, name: String, cron: String, timeZone: String = "UTC", catchUp: Schedule.CatchUp = .once,
        pipeline: Pipeline, faults: [Pipeline.Fault] = []
    ) {
        (self.project, self.name, self.cron, self.timeZone) = (project, name, cron, timeZone)
        (self.catchUp, self.pipeline, self.faults) = (catchUp, pipeline, faults)
    }

    package struct Outcome: Codable, Sendable {
        package let id: Schedule.ID
        package let number: Int
        package let due: Timestamp
    }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    /// - Throws: ``Pipeline/Refusal``, ``HubError/invalid(_:)``
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Outcome {
        let expression: CronExpression
        do { expression = try CronExpression(cron) } catch { throw HubError.invalid(error.description) }
        guard let zone = TimeZone(identifier: timeZone) else {
            throw HubError.invalid("“\(timeZone.prefix(64))” is no time zone: use an IANA name such as Europe/Berlin or UTC")
        }
        let name = name.trimmed
        guard (1...128).contains(name.unicodeScalars.count), !name.contains(where: \.isNewline), !name.unicodeScalars.contains("\0") else {
            throw HubError.invalid("a schedule's name has 1 to 128 characters on one line")
        }
        let checked = try transaction.check(pipeline, after: faults, in: project.id)
        guard checked.faults.isEmpty else { throw Pipeline.Refusal(checked.faults) }
        guard let due = expression.next(after: transaction.now, in: zone) else {
            throw HubError.invalid("this schedule is never due")
        }
        let schedule = Schedule(
            id: .random(), project: project.id, number: try transaction.schedules.takeNumber(in: project.id), name: name, cron: expression,
            timeZone: zone == .gmt ? "UTC" : zone.identifier, catchUp: catchUp, pipeline: pipeline, createdBy: transaction.caller.actor,
            createdAt: transaction.now, due: due)
        try transaction.schedules.insert(schedule)
        try transaction.append(
            .scheduleAdded, on: .schedule(schedule.id), in: project.id,
            data: [
                "number": JSONValue(schedule.number), "name": .string(name), "cron": .string(expression.text),
                "time_zone": .string(schedule.timeZone), "due": JSONValue(due),
            ])
        let id = schedule.id
        transaction.afterCommit { $0.timers.add(.schedule(id), due: due) }
        return Outcome(id: id, number: schedule.number, due: due)
    }
}

/// Stops a schedule for a while, or lets it go on from the next instant.
package struct PauseSchedule: UseCase {
    package var number: Int
    package var project: Project.ID
    package var isPaused: Bool

    package init(_ number: Int, in project: Project.ID, isPaused: Bool) {
        (self.number, self.project, self.isPaused) = (number, project, isPaused)
    }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        var schedule = try transaction.schedule(number, in: project.id)
        guard schedule.isPaused != isPaused else { return Done() }
        schedule.isPaused = isPaused
        // What passed while it was paused is not made up for.
        schedule.due = isPaused ? nil : schedule.next(after: transaction.now)
        try transaction.schedules.save(schedule)
        try transaction.append(
            .scheduleChanged, on: .schedule(schedule.id), in: project.id,
            data: ["number": JSONValue(number), "paused": JSONValue(isPaused), "due": JSONValue(schedule.due)])
        if let due = schedule.due {
            let id = schedule.id
            transaction.afterCommit { $0.timers.add(.schedule(id), due: due) }
        }
        return Done()
    }
}

package struct RemoveSchedule: UseCase {
    package var number: Int
    package var project: Project.ID

    package init(_ number: Int, in project: Project.ID) { (self.number, self.project) = (number, project) }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        let schedule = try transaction.schedule(number, in: project.id)
        try transaction.schedules.remove(schedule.id, at: transaction.now)
        try transaction.append(
            .scheduleRemoved, on: .schedule(schedule.id), in: project.id,
            data: ["number": JSONValue(number), "name": .string(schedule.name)])
        return Done()
    }
}

/// The schedules of a project, by number.
package struct ListSchedules: Query {
    package static let permission = Permission.see
    package var project: Project.ID

    package init(in project: Project.ID) { self.project = project }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [Schedule] {
        try transaction.schedules.list(in: project.id)
    }
}

extension HubTransaction {
    func schedule(_ number: Int, in project: Project.ID) throws -> Schedule {
        guard let schedule = try schedules.find(number: number, in: project) else {
            throw HubError.notFound("there is no schedule S\(number)")
        }
        return schedule
    }
}

extension Schedule {
    func next(after instant: Timestamp) -> Timestamp? {
        TimeZone(identifier: timeZone).flatMap { cron.next(after: instant, in: $0) }
    }
}

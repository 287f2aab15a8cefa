import Foundation
import HubCore
import HubStore

/// Creates what a schedule holds, if its instant has come. The next instant is stored in the same transaction, so that each one counts once,
/// whatever crashes.
package struct FireSchedule: UseCase {
    package var id: Schedule.ID

    package init(_ id: Schedule.ID) { self.id = id }

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        let now = transaction.now
        guard var schedule = try transaction.schedules.find(id), let due = schedule.due, due <= now else { return Done() }
        let project = try transaction.project(schedule.project)
        if let reason = try refusal(of: schedule, in: project, transaction) { return try pause(&schedule, reason, transaction) }
        for instant in instants(of: schedule, from: due, to: now) {
            var data: [JSONValue.Member] = [
                .init("number", JSONValue(schedule.number)), .init("name", .string(schedule.name)), .init("due", JSONValue(instant)),
            ]
            do {
                let made = try CreatePipeline(project: project.id, pipeline: schedule.pipeline).perform(on: project, in: transaction)
                data.append(.init("pipeline", JSONValue(made.number)))
            } catch let refusal as Pipeline.Refusal {
                // Found before anything is written. The project has changed since: a task that the document names is gone.
                data.append(.init("error", .string(refusal.description)))
            }
            try transaction.append(.scheduleFired, on: .schedule(id), in: project.id, by: .hub, data: .object(data))
        }
        schedule.lastFired = now
        schedule.due = schedule.next(after: now)
        try transaction.schedules.save(schedule)
        if let next = schedule.due {
            let id = id
            transaction.afterCommit { $0.timers.add(.schedule(id), due: next) }
        }
        return Done()
    }

    /// A schedule acts for whoever made it, and so for as long only as they may create tasks themselves.
    private func refusal(of schedule: Schedule, in project: Project, _ transaction: HubTransaction) throws -> String? {
        let creator = schedule.createdBy
        guard creator.kind == .person else { return nil }
        let reason = "\(creator.name.isEmpty ? "the person" : creator.name) who made it may not create tasks in \(project.name) any more"
        return try transaction.mayStill(creator, .createTask, in: project.id) ? nil : reason
    }

    private func pause(_ schedule: inout Schedule, _ reason: String, _ transaction: HubTransaction) throws -> Done {
        (schedule.isPaused, schedule.due) = (true, nil)
        try transaction.schedules.save(schedule)
        try transaction.append(
            .scheduleChanged, on: .schedule(id), in: schedule.project, by: .hub,
            data: [
                "number": JSONValue(schedule.number), "name": .string(schedule.name), "paused": true, "due": .null,
                "error": .string(reason),
            ])
        return Done()
    }

    private func instants(of schedule: Schedule, from due: Timestamp, to now: Timestamp) -> [Timestamp] {
        switch schedule.catchUp {
        case .skip: return due + Schedule.grace >= now ? [due] : []
        case .once: return [due]
        case .all:
            var instants = [due]
            while instants.count < Schedule.maximumCaughtUp, let last = instants.last, let next = schedule.next(after: last), next <= now {
                instants.append(next)
            }
            return instants
        }
    }
}

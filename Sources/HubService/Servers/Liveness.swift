import HubCore
import HubStore

/// When each server was heard from last, and how busy it was then. Kept in memory, since every request of an agent counts; only the change
/// between online and offline is stored.
package final class Liveness: Sendable {
    private let heard = Locked([Server.ID: Timestamp]())
    /// The newest of each server.
    private let loads = Locked([Server.ID: Load.Reading]())

    package init() {}

    package func began(_ server: Server.ID, at now: Timestamp) {
        heard.withLock { $0[server] = now }
    }

    package func lastHeard(_ server: Server.ID) -> Timestamp? {
        heard.withLock { $0[server] }
    }

    package func note(_ load: Load, of server: Server.ID, at now: Timestamp) {
        loads.withLock { $0[server] = Load.Reading(load, at: now) }
    }

    /// `nil` until it has said so to this run of the hub.
    package func load(of server: Server.ID) -> Load.Reading? {
        loads.withLock { $0[server] }
    }

    func forgetLoad(of server: Server.ID) {
        loads.withLock { _ = $0.removeValue(forKey: server) }
    }
}

extension Hub {
    /// Notes a sign of life. A server that was offline comes back online, and gets work.
    package func heard(from server: Server) async {
        liveness.began(server.id, at: clock.now())
        await bringOnline(server.id)
    }

    private func bringOnline(_ server: Server.ID) async {
        guard keys.isOffline(server) else { return }
        keys.mark(server, .online)
        do {
            try await run(MarkServerOnline(server), as: .hub)
        } catch {
            // The next sign of life tries again.
            keys.mark(server, .offline)
            log.error("server could not be marked online", metadata: ["server": "\(server)", "error": "\(HubError(error))"])
        }
    }

    /// Starts the watch over all servers. One that was online when the hub stopped has its full time from now, and none loses its
    /// work before it had time to speak: it was the hub that could not hear.
    package func watchServers() async throws {
        let now = clock.now()
        for server in try await database.read({ try ServerTable($0).all() }) {
            switch server.state {
            case .online:
                liveness.began(server.id, at: now)
                timers.add(.silence(server.id), due: now + Server.silenceUntilOffline)
            case .offline:
                keys.mark(server.id, .offline)
                let due = server.lastHeard + Server.silenceUntilOffline + Server.graceUntilRelease
                timers.add(.lease(server.id), due: max(due, now + Server.silenceUntilOffline))
            }
        }
        try await run(ResumeSessions(), as: .hub)
        try await run(ResumeSpending(), as: .hub)
        try await run(ResumeReminders(), as: .hub)
        for schedule in try await database.read({ try ScheduleTable($0).waiting() }) {
            timers.add(.schedule(schedule.id), due: max(schedule.due, now))
        }
        for retry in try await database.read({ try RetryTable($0).waiting() }) {
            timers.add(.retry(retry.task), due: max(retry.due, now))
        }
        timers.add(.spendingDay, due: BeginSpendingDay.next(after: now))
        timers.add(.cleanUp, due: now)
    }

    /// Does what is due, until the task is cancelled.
    package func runTimers() async {
        await timers.run(clock: clock) { timer in
            do {
                try await self.fire(timer)
            } catch {
                self.log.error("a timer failed", metadata: ["error": "\(HubError(error))"])
                self.timers.add(timer, due: self.clock.now() + .seconds(10))
            }
        }
    }

    private func fire(_ timer: TimerQueue.Timer) async throws {
        let now = clock.now()
        switch timer {
        case .silence(let server):
            guard !keys.isOffline(server) else { return }
            let last = liveness.lastHeard(server) ?? now
            guard last + Server.silenceUntilOffline <= now else {
                return timers.add(timer, due: last + Server.silenceUntilOffline)
            }
            try await run(MarkServerOffline(server, lastHeard: last), as: .hub)
            // It may have spoken while that was on its way to the disk, before the mark that a sign of life looks for.
            if let latest = liveness.lastHeard(server), last < latest { await bringOnline(server) }
        case .lease(let server):
            try await run(ReleaseLostWork(of: server), as: .hub)
        case .session(let session):
            try await run(ReviewSession(session), as: .hub)
        case .reminder(let task, let since):
            try await run(RemindPeople(of: task, waitingSince: since), as: .hub)
        case .answer(let intervention):
            try await run(TakeStandby(for: intervention), as: .hub)
        case .retry(let task):
            try await run(TryAgain(task), as: .hub)
        case .schedule(let schedule):
            try await run(FireSchedule(schedule), as: .hub)
        case .spendingDay:
            try await run(BeginSpendingDay(), as: .hub)
            timers.add(.spendingDay, due: BeginSpendingDay.next(after: now))
        case .cleanUp:
            try await run(CleanSessions(), as: .hub)
            try await database.write { try HandledTable($0).removeOlder(than: now - .seconds(72 * 3600)) }
            try await database.write { try TaskTable($0).removeUnusedClasses() }
            try await run(TidyFiles(), as: .hub)
            timers.add(.cleanUp, due: now + .seconds(3600))
        }
    }
}

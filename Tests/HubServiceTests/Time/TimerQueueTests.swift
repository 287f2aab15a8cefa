import HubCore
import HubService
import HubTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct TimerQueueTests {
    @Test("fires in the order of time, takes earlier timers that come later, and sleeps in between") func order() async throws {
        let (queue, clock) = (TimerQueue(), ManualClock())
        let servers = (0..<3).map { _ in Server.ID.random() }
        let start = clock.now()
        let fired = Locked([Server.ID]())
        queue.add(.silence(servers[2]), due: start + .seconds(30))
        queue.add(.silence(servers[1]), due: start + .seconds(20))
        let timers = Task {
            await queue.run(clock: clock) { timer in
                if case .silence(let server) = timer { fired.withLock { $0.append(server) } }
            }
        }
        await clock.somebodySleeps()
        queue.add(.silence(servers[0]), due: start + .seconds(10))
        queue.add(.cleanUp, due: start + .seconds(1000))
        for _ in 0..<3 {
            clock.advance(by: .seconds(10))
            while fired.withLock({ Int64($0.count * 10_000) }) < clock.now().milliseconds - start.milliseconds { await Task.yield() }
            await clock.somebodySleeps()
        }
        #expect(fired.withLock { $0 } == servers)
        for _ in 0..<10_000 { await Task.yield() }
        #expect(clock.sleepCount < 10, "a loop that spins begins a sleep each time round")
        timers.cancel()
        await timers.value
    }
}

import HubCore
import HubService
import Testing

@testable import TelegramGateway

@Suite("Waker", .timeLimit(.minutes(3))) struct WakerTests {
    @Test("sleeps again after its time has come, until it is woken")
    func again() async {
        let (waker, clock) = (Waker(), SystemClock())
        await waker.wait(until: clock.now() + .milliseconds(1), clock: clock)
        let isAwake = Locked(false)
        let sleeper = Task {
            await waker.wait(until: nil, clock: clock)
            isAwake.withLock { $0 = true }
        }
        for _ in 0..<1000 { await Task.yield() }
        #expect(!isAwake.withLock { $0 })
        waker.wake()
        await sleeper.value
    }

    @Test("does not lose a word that comes between two waits")
    func between() async {
        let waker = Waker()
        waker.wake()
        await waker.wait(until: nil, clock: SystemClock())
    }
}

import Dispatch
import Foundation

extension Process {
    /// Waits for the end of a process that was started, and returns its exit code, or the number of the signal that ended it.
    ///
    /// One that has not ended after two minutes is killed, and that is said: a test that waits for ever tells nobody what it waits for.
    @discardableResult
    package func ended() async -> Int32 {
        await OffPool.run { self.waitForEnd() }
    }

    /// The same for who may block.
    @discardableResult
    package func waitForEnd() -> Int32 { limited { end() } }

    /// Waits for the end, however long that takes.
    func end() -> Int32 {
        // Foundation's own wait uses up a whole core unless it is the thread that started the process, and waits for whatever has
        // inherited from it. The process stays for Foundation to collect.
        var info = siginfo_t()
        while waitid(P_PID, id_t(processIdentifier), &info, WEXITED | WNOWAIT) < 0 {
            if errno == EINTR { continue }
            // Foundation was faster.
            waitUntilExit()
            return terminationStatus
        }
        return info._sifields._sigchld.si_status
    }

    /// Kills the process when `body` has not returned in time.
    func limited<Value>(to seconds: Int = 120, _ body: () throws -> Value) rethrows -> Value {
        let limit = killed(after: seconds, for: "not ended")
        defer { limit.cancel() }
        return try body()
    }

    /// Kills the process, and says so, unless that is cancelled before the time is up.
    ///
    /// - Parameter fault: what it has not done by then.
    package func killed(after seconds: Int = 120, for fault: String) -> DispatchWorkItem {
        let (name, pid) = (executableURL?.lastPathComponent ?? "a program", processIdentifier)
        let limit = DispatchWorkItem {
            let text = "\(name) (\(pid)) has \(fault) after \(seconds) seconds, and is killed.\n"
            try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
            // Foundation makes it the leader of a group, so what it has started and waits for goes with it; one that is gone has none.
            kill(-pid, SIGKILL)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: limit)
        return limit
    }
}

import Foundation

extension Process {
    /// Waits for the end of a process that was started, and returns its exit code, or the number of the signal that ended it.
    @discardableResult
    package func ended() async -> Int32 {
        await OffPool.run {
            // Foundation's own wait uses up a whole core unless it is the thread that started the process. The process stays for
            // Foundation to collect.
            var info = siginfo_t()
            while waitid(P_PID, id_t(self.processIdentifier), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
            self.waitUntilExit()
            return self.terminationStatus
        }
    }
}

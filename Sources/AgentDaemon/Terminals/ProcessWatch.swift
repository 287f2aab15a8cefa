import CPty
import Dispatch
import Foundation
import HubCore

/// Waits for the end of a process, ours or not, without a thread and without SIGCHLD: a pidfd becomes readable when it ends.
final class ProcessWatch: Sendable {
    private struct State {
        var descriptor: Int32
        var source: (any DispatchSourceRead)?
        var hasEnded = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var count = 0
    }

    private let state: Locked<State>
    private static let queue = DispatchQueue(label: "orchestratia.process-watch")

    /// - Throws: ``TerminalFailure/system(_:code:)``, with `ESRCH` if there is no such process.
    init(_ pid: Int32) throws(TerminalFailure) {
        var descriptor: Int32 = -1
        try TerminalFailure.check("pidfd_open", cpty_pidfd_open(pid, &descriptor))
        // The source has a descriptor of its own, to be closed when it is done with it.
        let watched = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard watched >= 0 else {
            let code = errno
            close(descriptor)
            throw .system("dup", code: code)
        }
        state = Locked(State(descriptor: descriptor))
        let source = DispatchSource.makeReadSource(fileDescriptor: watched, queue: Self.queue)
        source.setEventHandler { @Sendable [weak self] in self?.ended() }
        source.setCancelHandler { @Sendable in close(watched) }
        state.withLock { $0.source = source }
        source.activate()
    }

    deinit {
        state.withLock { state in
            state.source?.cancel()
            close(state.descriptor)
        }
    }

    /// Returns when the process has ended. A child is then a zombie until ``reap()``.
    func wait() async { await wait(number(), { false }) }

    /// The same, but also returns when the caller's task is cancelled.
    func waitUnlessCancelled() async {
        let number = number()
        await withTaskCancellationHandler {
            await wait(number) { Task.isCancelled }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    private func number() -> Int {
        state.withLock { state in
            state.count += 1
            return state.count
        }
    }

    private func wait(_ number: Int, _ isOver: () -> Bool) async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.hasEnded || isOver() { return true }
                state.waiting[number] = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
    }

    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// How a child of ours ended; `nil` while it runs, or if it is not ours. It stays a zombie.
    func status() -> ExitStatus? { collect(reaping: false) }

    /// Lets the kernel forget a child of ours that has ended.
    @discardableResult func reap() -> ExitStatus? { collect(reaping: true) }

    func signal(_ number: Int32) {
        state.withLock { state in
            // A process that has ended cannot be signalled, and need not.
            if !state.hasEnded { _ = cpty_pidfd_signal(state.descriptor, number) }
        }
    }

    private func collect(reaping: Bool) -> ExitStatus? {
        state.withLock { state in
            var status: Int32 = 0
            return cpty_exit_status(state.descriptor, reaping ? 1 : 0, &status) == 0 ? ExitStatus(status: status) : nil
        }
    }

    private func ended() {
        let (source, waiting) = state.withLock { state in
            state.hasEnded = true
            defer { (state.source, state.waiting) = (nil, [:]) }
            return (state.source, state.waiting)
        }
        source?.cancel()
        for continuation in waiting.values { continuation.resume() }
    }
}

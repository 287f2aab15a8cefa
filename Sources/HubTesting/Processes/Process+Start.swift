import Foundation
import HubCore

import class HubCore.Locked

// While Foundation starts a program, what another thread opens meanwhile is not closed in it. Such a copy keeps a pipe open, or the
// socket by which Foundation learns that some third program has ended, for as long as that program runs: then who waits for the one
// waits for the other. So pipes are made, and programs started, one at a time.
private let starting = Locked(())

extension Process {
    /// Starts the program, as `run()` does, while nobody else makes a pipe or starts one.
    package func start() throws { try starting.withLock { _ in try run() } }
}

extension Pipe {
    /// A pipe of which no program keeps a copy that is not given it.
    package static func own() -> Pipe { starting.withLock { _ in Pipe() } }
}

import HubCore

/// Tells whoever passes rules on to agents that those of a project have changed. In memory only: an agent that connects later asks for the
/// rules anyway (agent protocol, section 3.4).
package final class RuleWatch: Sendable {
    private let listeners = Locked((next: 0, streams: [Int: AsyncStream<Project.ID>.Continuation]()))

    package init() {}

    func changed(in project: Project.ID) {
        let streams = listeners.withLock { Array($0.streams.values) }
        for stream in streams { stream.yield(project) }
    }

    /// The projects whose rules change from now on. A listener that falls 1000 changes behind misses the oldest.
    package func changes() -> AsyncStream<Project.ID> {
        let (stream, continuation) = AsyncStream.makeStream(of: Project.ID.self, bufferingPolicy: .bufferingNewest(1000))
        let number = listeners.withLock { listeners in
            listeners.next += 1
            listeners.streams[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.listeners.withLock { $0.streams.removeValue(forKey: number) }
        }
        return stream
    }
}

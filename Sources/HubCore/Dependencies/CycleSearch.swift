/// Finds the cycle that a new edge would close.
package enum CycleSearch {
    /// The path from `start` back to `start` that would exist if `start` came to depend on `upstream`, or `nil` if there is none.
    ///
    /// - Parameter upstreams: the tasks that a task depends on, over edges that hold back. Asked once per task: the search is
    ///   linear in the edges, and needs no stack.
    package static func path<Failure: Error>(
        closing start: AgentTask.ID, dependingOn upstream: AgentTask.ID,
        upstreams: (AgentTask.ID) throws(Failure) -> [AgentTask.ID]
    ) throws(Failure) -> [AgentTask.ID]? {
        if start == upstream { return [start, start] }
        var cameFrom: [AgentTask.ID: AgentTask.ID] = [upstream: start]
        var open = [upstream]
        while let task = open.popLast() {
            for next in try upstreams(task) where cameFrom[next] == nil {
                cameFrom[next] = task
                if next == start { return trace(from: start, over: cameFrom) }
                open.append(next)
            }
        }
        return nil
    }

    private static func trace(from start: AgentTask.ID, over cameFrom: [AgentTask.ID: AgentTask.ID]) -> [AgentTask.ID] {
        var path = [start]
        var step = cameFrom[start]
        while let task = step, task != start {
            path.append(task)
            step = cameFrom[task]
        }
        return [start] + path.dropFirst().reversed() + [start]
    }
}

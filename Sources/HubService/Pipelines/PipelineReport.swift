import HubCore

extension CheckPipeline.Report {
    /// What would come of it, one sentence a line, for people; faults not among them.
    package var summary: [String] {
        func names(_ ids: [String], _ limit: Int, _ separator: String) -> String {
            ids.count <= limit
                ? ids.joined(separator: separator)
                : ids.prefix(limit - 1).joined(separator: separator)
                    + "\(separator)… \(ids.count - limit) more …\(separator)\(ids[ids.count - 1])"
        }
        var lines = ["\(taskCount) \(taskCount == 1 ? "task" : "tasks"), \(edgeCount) \(edgeCount == 1 ? "edge" : "edges")."]
        if longestPath.count > 1 { lines.append("Longest path (\(longestPath.count)): \(names(longestPath, 12, " → "))") }
        if let stop = firstHumanStop {
            lines.append("First human stop: \(stop.id), \(stop.isPlan ? "its plan" : "its result") is to be approved.")
        } else if faults.isEmpty {
            lines.append("No human stop: it runs through.")
        }
        for (id, reason) in unplaceable.prefix(10) { lines.append("No server can run \(id): \(reason)") }
        if unplaceable.count > 10 { lines.append("… and \(unplaceable.count - 10) more that no server can run.") }
        return lines
    }
}

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
        var lines = [extent]
        if longestPath.count > 1 { lines.append("Longest chain, \(longestPath.count) tasks: \(names(longestPath, 12, " → "))") }
        if let stop = firstHumanStop {
            lines.append("First stop for a person: \(stop.id), whose \(stop.isPlan ? "plan" : "result") is to be approved.")
        } else if faults.isEmpty {
            lines.append("No stop for a person: it runs through.")
        }
        for (id, reason) in unplaceable.prefix(10) { lines.append("No server can run \(id): \(reason)") }
        if unplaceable.count > 10 { lines.append("… and \(unplaceable.count - 10) more that no server can run.") }
        return lines
    }

    private var extent: String {
        let tasks = "\(taskCount) \(taskCount == 1 ? "task" : "tasks")"
        guard edgeCount > 0 else { return "\(tasks), none of which waits for another." }
        let all = "\(tasks) and \(edgeCount) \(edgeCount == 1 ? "dependency" : "dependencies")"
        let (order, data, links) = (edgeKinds[.blocks] ?? 0, edgeKinds[.input] ?? 0, edgeKinds[.related] ?? 0)
        let kinds = [
            order > 0 ? "\(order) for the order" : nil, data > 0 ? "\(data) \(data == 1 ? "hands" : "hand") data on" : nil,
            links > 0 ? "\(links) \(links == 1 ? "is a mere link" : "are mere links")" : nil,
        ].compactMap(\.self)
        return kinds.count == 1 && order > 0 ? "\(all)." : "\(all): \(kinds.joined(separator: ", "))."
    }
}

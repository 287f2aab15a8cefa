/// The order among a pipeline's own tasks. Everything here is linear in tasks and edges, and needs no deep stack.
package struct PipelineGraph: Sendable {
    /// For each entry the entries that hold it back, with the path of the edge.
    package let upstreams: [[(entry: Int, path: String)]]
    /// Index of each id; of a repeated id the first.
    package let places: [String: Int]
    /// How many edges there are, those to tasks that exist already and those that only join included.
    package let edgeCount: Int

    package init(_ pipeline: Pipeline) {
        let places = Dictionary(pipeline.entries.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.places = places
        upstreams = pipeline.entries.map { entry in
            entry.links.compactMap { link in
                guard link.kind.holdsBack, let place = places[link.target] else { return nil }
                return (place, link.path)
            }
        }
        edgeCount = pipeline.entries.map(\.links.count).reduce(0, +)
    }

    /// How many entries one comes after, at most: 0 for those that can begin. `nil` if there is a cycle.
    package var depths: [Int]? {
        var open = upstreams.map(\.count)
        var downstreams = [[Int]](repeating: [], count: upstreams.count)
        for (entry, edges) in upstreams.enumerated() { for edge in edges { downstreams[edge.entry].append(entry) } }
        var ready = open.indices.filter { open[$0] == 0 }
        var depths = [Int](repeating: 0, count: open.count)
        var next = 0
        while next < ready.count {
            let entry = ready[next]
            next += 1
            for downstream in downstreams[entry] {
                depths[downstream] = max(depths[downstream], depths[entry] + 1)
                open[downstream] -= 1
                if open[downstream] == 0 { ready.append(downstream) }
            }
        }
        return next == open.count ? depths : nil
    }

    /// The longest chain of entries that wait for each other, the first one first; empty if there is a cycle.
    package var longestPath: [Int] {
        guard let depths, let deepest = depths.indices.max(by: { (depths[$0], $1) < (depths[$1], $0) }) else { return [] }
        var path = [deepest]
        var entry = deepest
        while let upstream = upstreams[entry].first(where: { depths[$0.entry] == depths[entry] - 1 }) {
            entry = upstream.entry
            path.append(entry)
        }
        return path.reversed()
    }

    /// Cycles: each as its entries, from one that waits on to itself again, and the path of the edge that closes it.
    package func cycles(limit: Int = 20) -> [(entries: [Int], path: String)] {
        enum Mark { case unseen, onPath, done }
        var marks = [Mark](repeating: .unseen, count: upstreams.count)
        var found: [(entries: [Int], path: String)] = []
        for start in upstreams.indices where marks[start] == .unseen {
            var path = [(entry: start, next: 0)]
            marks[start] = .onPath
            while let (entry, next) = path.last {
                guard next < upstreams[entry].count else {
                    marks[entry] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let edge = upstreams[entry][next]
                switch marks[edge.entry] {
                case .done: continue
                case .unseen:
                    marks[edge.entry] = .onPath
                    path.append((edge.entry, 0))
                case .onPath:
                    let from = path.lastIndex { $0.entry == edge.entry } ?? 0
                    found.append((path[from...].map(\.entry) + [edge.entry], edge.path))
                    if found.count == limit { return found }
                }
            }
        }
        return found
    }
}

extension Pipeline {
    /// Everything that can be said without looking into the project.
    package func faults(in graph: PipelineGraph) -> [Fault] {
        var faults: [Fault] = []
        if entries.isEmpty { faults.append(Fault("tasks", .missing, "a pipeline needs at least one task")) }
        if entries.count > Self.maximumTasks {
            return [Fault("tasks", .tooMany, "\(entries.count) tasks, \(Self.maximumTasks) are allowed")]
        }
        if graph.edgeCount > Self.maximumDependencies {
            return [Fault("tasks", .tooMany, "\(graph.edgeCount) dependencies, \(Self.maximumDependencies) are allowed")]
        }
        var patterns = Self.maximumPatterns
        for (index, entry) in entries.enumerated() {
            if !entry.id.isEmpty, let first = graph.places[entry.id], first != index {
                faults.append(
                    Fault("tasks[\(index)].id", .duplicateID, "tasks[\(first)] has the id \"\(entry.id)\", too: give each its own"))
            }
            do throws(AgentTask.ContentFault) {
                _ = try entry.content.validated(patterns: &patterns)
            } catch .contracts(let fault) {
                let step = Self.step(to: fault.key)
                // The path names the key, where it can.
                faults.append(Fault("tasks[\(index)].produces\(step)", .contracts, step.isEmpty ? fault.description : fault.message))
            } catch {
                faults.append(Fault("tasks[\(index)]", .content, error.description))
            }
        }
        faults += deliveryFaults(in: graph)
        for cycle in graph.cycles() {
            let names =
                cycle.entries.count > 40
                ? cycle.entries.prefix(20).map { entries[$0].id } + ["… \(cycle.entries.count - 21) more …", entries[cycle.entries[0]].id]
                : cycle.entries.map { entries[$0].id }
            faults.append(Fault(cycle.path, .cycle, "a circle: \(names.joined(separator: " waits for ")); drop one of these dependencies"))
        }
        return faults
    }

    private static let maximumDeliveryFaults = 1000

    /// Edges within the document that name data which nobody declares. The declarations of each task are looked at once.
    private func deliveryFaults(in graph: PipelineGraph) -> [Fault] {
        var known: [Int: ContractKeys] = [:]
        var faults: [Fault] = []
        for link in entries.lazy.flatMap(\.links) where link.kind == .input || link.contractKey != nil {
            guard let place = graph.places[link.target] else { continue }
            let keys = known[place] ?? entries[place].content.contractKeys
            known[place] = keys
            if let reason = keys.refusal(of: link.kind, delivering: link.contractKey, from: "task \"\(link.target)\"") {
                faults.append(Fault(link.path, .contracts, reason))
                // No more than these are named.
                if faults.count == Self.maximumDeliveryFaults { break }
            }
        }
        return faults
    }

    /// A key that a path can spell.
    private static func step(to key: String) -> String {
        key.isEmpty || key.contains(where: { ".[]".contains($0) }) ? "" : ".\(key)"
    }
}

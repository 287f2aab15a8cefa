import HubCore
import HubService

/// A graph of tasks in the DOT language (https://graphviz.org/doc/info/lang.html).
struct GraphText {
    let graph: TaskGraph

    var dot: String {
        let path = graph.criticalPath
        let isCritical = Set(path)
        let steps = Set(zip(path, path.dropFirst()).map { [$0.0, $0.1] })
        let numbers = Dictionary(uniqueKeysWithValues: graph.tasks.map { ($0.id, $0.number) })
        var lines = [
            "digraph tasks {", #"rankdir=LR; bgcolor=white; pad=0.15; nodesep=0.25; ranksep=0.4;"#,
            #"node [shape=box, style="rounded,filled", fontname="DejaVu Sans", fontsize=11, margin="0.12,0.06"];"#,
            ##"edge [fontname="DejaVu Sans", fontsize=9, color="#888888"];"##,
        ]
        for task in graph.tasks {
            let label = Self.quoted(Self.folded("#\(task.number) \(AgentText.line(task.content.title, limit: 40))") + [task.state.words])
            let weight = isCritical.contains(task.id) ? ", penwidth=3" : ""
            lines.append("t\(task.number) [label=\(label), fillcolor=\"\(Self.colour(task.state))\"\(weight)];")
        }
        for edge in graph.edges {
            guard let from = numbers[edge.upstream], let to = numbers[edge.downstream] else { continue }
            var attributes: [String] = []
            if edge.kind == .related { attributes.append("style=dashed, arrowhead=none, constraint=false") }
            if edge.kind == .input { attributes.append("label=\(Self.quoted([AgentText.line(edge.contractKey ?? "data", limit: 24)]))") }
            if edge.isOpenBlocker { attributes.append("color=\"#c0392b\"") }
            if steps.contains([edge.upstream, edge.downstream]) { attributes.append("penwidth=3") }
            lines.append("t\(from) -> t\(to) [\(attributes.joined(separator: ", "))];")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    /// On two lines where one would make the picture too wide for a phone.
    static func folded(_ title: String) -> [String] {
        guard title.count > 18 else { return [title] }
        let blanks = title.indices.filter { title[$0] == " " }
        let middle = title.count / 2
        func distance(_ index: String.Index) -> Int { abs(title.distance(from: title.startIndex, to: index) - middle) }
        // The first blank belongs to the number.
        guard let cut = blanks.dropFirst().min(by: { distance($0) < distance($1) }) else { return [title] }
        return [String(title[..<cut]), String(title[title.index(after: cut)...])]
    }

    /// A double-quoted string, in which only quotes and backslashes mean anything.
    static func quoted(_ lines: [String]) -> String {
        "\"" + lines.map { $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }.joined(separator: "\\n") + "\""
    }

    private static func colour(_ state: AgentTask.State) -> String {
        switch state {
        case .pending: "#eeeeee"
        case .assigned, .planning, .running: "#aed6f1"
        case .planReview, .needsHuman, .review: "#f9e79f"
        case .done: "#abebc6"
        case .failed: "#f5b7b1"
        case .cancelled: "#d7dbdd"
        }
    }

    /// What waits for whom, and what the picture leaves out.
    var caption: ChatText {
        func name(_ id: AgentTask.ID) -> String? { graph.tasks.first { $0.id == id }.map { "#\($0.number)" } }
        var text = ChatText.bold("\(graph.tasks.count) \(graph.tasks.count == 1 ? "task" : "tasks") of \(graph.project.name)")
        if graph.omitted > 0 { text.append(" (\(graph.omitted) more do not fit in)") }
        let path = graph.criticalPath.compactMap(name)
        if path.count > 1 {
            let shown = path.count > 10 ? path.prefix(9) + ["…", path[path.count - 1]] : path[...]
            text.nextLine(ChatText("Critical path (bold): \(shown.joined(separator: " → "))"))
        }
        let numbers = Dictionary(uniqueKeysWithValues: graph.tasks.map { ($0.id, $0.number) })
        let waits = Dictionary(grouping: graph.edges.filter(\.isOpenBlocker), by: \.upstream)
            .sorted { ($1.value.count, numbers[$0.key] ?? 0) < ($0.value.count, numbers[$1.key] ?? 0) }
        for (upstream, edges) in waits.prefix(5) {
            guard let blocker = name(upstream) else { continue }
            let held = edges.compactMap { name($0.downstream) }
            let more = held.count > 6 ? " and \(held.count - 6) more" : ""
            text.nextLine(ChatText("\(held.prefix(6).joined(separator: ", "))\(more) \(held.count == 1 ? "waits" : "wait") for \(blocker)"))
        }
        return text
    }
}

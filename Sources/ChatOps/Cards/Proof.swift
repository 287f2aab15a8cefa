import HubCore
import HubService

/// What stands behind a result: what the hub checked itself, what the agent only says, or nothing.
struct Proof {
    private let contracts: [String]
    private let hasReport: Bool
    let diff: String?

    init(_ view: TaskView) {
        let handedIn = Set(view.contractValues?.members?.map(\.name) ?? [])
        contracts = view.task.content.contractKeys.all.filter(handedIn.contains)
        diff = view.task.diffStats.flatMap(Self.diff)
        let result = view.task.result.map(AgentResult.init)
        hasReport = diff != nil || result?.changes != nil || result?.tests != nil
    }

    var sentence: String {
        if !contracts.isEmpty {
            let keys = contracts.prefix(10).map { AgentText.line($0, limit: 64) }.joined(separator: ", ")
            let more = contracts.count > 10 ? " and \(contracts.count - 10) more" : ""
            return "✔ Checked by the hub: \(contracts.count == 1 ? "contract" : "contracts") \(keys)\(more). The rest is the agent's word."
        }
        return hasReport
            ? "Reported by the agent, not checked by the hub."
            : "⚠️ Nothing was checked: the agent reported neither tests nor changes, and the task has no contracts."
    }

    /// “3 files, +120 −14 (a1b2c3d)”; `nil` where the client measured nothing (agent protocol, section 7.5).
    private static func diff(_ stats: JSONValue) -> String? {
        guard let files = stats["files_changed"]?.int, files > 0 else { return nil }
        let lines = [("+", "insertions"), ("−", "deletions")].compactMap { sign, name in stats[name]?.int.map { "\(sign)\($0)" } }
        let commit = stats["head_commit"]?.string.map { " (\(AgentText.line($0, limit: 40)))" } ?? ""
        return "\(files) \(files == 1 ? "file" : "files")" + (lines.isEmpty ? "" : ", " + lines.joined(separator: " ")) + commit
    }
}

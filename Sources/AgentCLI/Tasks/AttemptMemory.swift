import Foundation
import HubCore

/// Which attempt of which task this session was given.
///
/// `task check`, `view` and `start` write it down, and the reports that follow name it, so that a session that was left behind cannot end its
/// successor's work (agent protocol, section 12, "Attempts"). A session that gets the next attempt learns of it by the same three commands.
/// Without a session nothing is kept.
struct AttemptMemory {
    private let path: String

    init?(_ surroundings: Surroundings) {
        guard let session = surroundings.variable("ORCHESTRATIA_SESSION_ID"), session.utf8.count <= 64,
            session.utf8.allSatisfy({
                $0 == UInt8(ascii: "-") || ("0"..."9").contains(Character(.init($0))) || ("a"..."z").contains(Character(.init($0 | 0x20)))
            })
        else { return nil }
        let state = surroundings.variable("XDG_STATE_HOME") ?? surroundings.home + "/.local/state"
        path = state + "/orchestratia/sessions/\(session).json"
    }

    subscript(task: String) -> Int? { stored[task.lowercased()]?.int }

    /// Forgetting is harmless, so nothing that goes wrong here is an error.
    func remember(_ tasks: [JSONValue]) {
        let old = stored
        var known = old.members ?? []
        for task in tasks {
            guard let id = task["id"]?.string?.lowercased(), let attempt = task["attempt"]?.int, attempt > 0 else { continue }
            known.removeAll { $0.name == id }
            known.append(.init(id, JSONValue(attempt)))
        }
        let new = JSONValue.object(known.suffix(100))
        guard new != old else { return }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try? Data(new.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private var stored: JSONValue {
        guard let data = FileManager.default.contents(atPath: path), let json = try? JSONValue(parsing: Array(data)), json.members != nil
        else { return .object([]) }
        return json
    }
}

extension Invocation {
    /// The attempt that a report on `task` is about, as far as it is known: what this session was given, what its environment says, and last
    /// what the hub's list has just said.
    func attempt(of task: NamedTask) -> JSONValue? {
        let stamped =
            surroundings.variable("ORCHESTRATIA_TASK_ID")?.lowercased() == task.id.lowercased()
            ? surroundings.variable("ORCHESTRATIA_ATTEMPT").flatMap { Int($0) } : nil
        guard let attempt = AttemptMemory(surroundings)?[task.id] ?? stamped ?? task.attempt, attempt > 0 else { return nil }
        return JSONValue(attempt)
    }
}

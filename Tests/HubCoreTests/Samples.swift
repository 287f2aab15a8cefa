import HubCore

extension AgentTask {
    static func sample(_ content: Content = Content(title: "Mend the gate"), at now: Timestamp = .start) -> AgentTask {
        AgentTask(id: .random(), project: .random(), number: 42, content: content, createdBy: .hub, at: now)
    }

    /// A task that is in `state` by restoring, with a server where one is needed.
    static func sample(in state: State) -> AgentTask {
        AgentTask(
            id: .random(), project: .random(), number: 42, content: Content(title: "Mend the gate"), createdBy: .hub, createdAt: .start,
            state: state, since: .start, updatedAt: .start, startedAt: nil, completedAt: state.isFinal ? .start : nil, version: 7,
            attempt: 2, server: state.isPlaced ? .random() : nil, asker: state == .needsHuman ? .running : nil, plan: nil,
            feedback: "more tests", result: nil, failure: nil)
    }
}

extension Timestamp {
    static let start = Timestamp(milliseconds: 1_700_000_000_000)
}

extension Server {
    static func sample(
        _ name: String = "mac-1", _ capabilities: Capabilities = Capabilities(), state: State = .online, lastUsed: Int64? = nil,
        isDrained: Bool = false, isRevoked: Bool = false
    ) -> Server {
        Server(
            id: .random(), project: Project.ID(stored: "p"), name: name,
            machine: Machine(machineID: "", macAddress: "", hostname: "", os: "", address: "", systemInfo: .null), reported: capabilities,
            state: state, lastHeard: .start, lastUsed: lastUsed.map(Timestamp.init(milliseconds:)), isDrained: isDrained,
            registeredAt: .start, revokedAt: isRevoked ? .start : nil)
    }
}

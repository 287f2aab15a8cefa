/// An edge of the task graph: `downstream` depends on `upstream`.
package struct Dependency: Hashable, Sendable, Codable {
    package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        /// Order: the downstream task waits.
        case blocks
        /// Order, and data under a contract key.
        case input
        /// A link, nothing else.
        case related

        package var holdsBack: Bool { self != .related }
    }

    package let upstream: AgentTask.ID
    package let downstream: AgentTask.ID
    package let kind: Kind
    /// Which contract of the upstream task an `input` edge delivers; `nil`: all of them.
    package let contractKey: String?
    /// The upstream task is done. A failed or cancelled one never resolves an edge.
    package var isResolved: Bool

    package init(upstream: AgentTask.ID, downstream: AgentTask.ID, kind: Kind, contractKey: String? = nil, isResolved: Bool = false) {
        (self.upstream, self.downstream, self.kind) = (upstream, downstream, kind)
        (self.contractKey, self.isResolved) = (contractKey, isResolved)
    }

    /// The downstream task may not be placed because of this edge.
    package var isOpenBlocker: Bool { kind.holdsBack && !isResolved }
}

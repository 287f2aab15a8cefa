/// A rule by which agents may or may not use a tool without asking (agent protocol, section 8.5).
package struct ApprovalRule: Hashable, Sendable, Codable {
    package typealias ID = Identifier<ApprovalRule>

    package let id: ID
    package let project: Project.ID
    /// Holds on this server only; `nil`: on all of the project.
    package var server: Server.ID?
    package var content: Content
    package let createdBy: Actor
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package enum Action: String, CaseIterable, Hashable, Sendable, Codable { case allow, deny }
    package enum Agent: String, CaseIterable, Hashable, Sendable, Codable { case claude, gemini, codex }

    /// What a person says.
    package struct Content: Hashable, Sendable, Codable {
        package var name: String
        package var isActive: Bool
        /// A glob over the tool's name; `*`: all tools.
        package var toolPattern: String
        /// A glob over what the tool is used on: the command, the file's path, the URL …
        package var parameterPattern: String?
        /// Empty: all agents.
        package var agents: Set<Agent>
        package var action: Action

        package init(
            name: String, isActive: Bool = true, toolPattern: String, parameterPattern: String? = nil, agents: Set<Agent> = [],
            action: Action
        ) {
            (self.name, self.isActive, self.toolPattern) = (name, isActive, toolPattern)
            (self.parameterPattern, self.agents, self.action) = (parameterPattern, agents, action)
        }
    }

    package init(
        id: ID, project: Project.ID, server: Server.ID?, content: Content, createdBy: Actor, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        (self.id, self.project, self.server, self.content) = (id, project, server, content)
        (self.createdBy, self.createdAt, self.updatedAt) = (createdBy, createdAt, updatedAt)
    }

    /// A project has at most this many.
    package static let maximumRules = 500
}

extension [ApprovalRule] {
    /// In the order in which agents look at them, as the first match counts: what denies before what allows, what holds on one server
    /// before what holds on all, the older first (agent protocol, section 8.5).
    package var inOrderOfPrecedence: [ApprovalRule] {
        func rank(_ rule: ApprovalRule) -> Int { (rule.content.action == .deny ? 0 : 2) + (rule.server == nil ? 1 : 0) }
        return enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }
}

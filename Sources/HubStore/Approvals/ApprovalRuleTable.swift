import HubCore

extension ApprovalRule.Action: SQLRepresentable {}

/// The stored rules of projects.
package struct ApprovalRuleTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = """
        id, project, server, name, is_active, tool_pattern, parameter_pattern, agents, action, created_by, created_at, updated_at
        """

    package func insert(_ rule: ApprovalRule) throws {
        let content = rule.content
        try connection.execute(
            """
            INSERT INTO approval_rule (\(raw: Self.columns), number) VALUES (\(rule.id), \(rule.project), \(rule.server), \(content.name),
                \(content.isActive), \(content.toolPattern), \(content.parameterPattern), \(Self.text(of: content.agents)),
                \(content.action), \(rule.createdBy.json), \(rule.createdAt), \(rule.updatedAt),
                (SELECT COALESCE(MAX(number), 0) + 1 FROM approval_rule WHERE project = \(rule.project)))
            """)
    }

    package func save(_ rule: ApprovalRule) throws {
        let content = rule.content
        try connection.execute(
            """
            UPDATE approval_rule SET server = \(rule.server), name = \(content.name), is_active = \(content.isActive),
                tool_pattern = \(content.toolPattern), parameter_pattern = \(content.parameterPattern),
                agents = \(Self.text(of: content.agents)), action = \(content.action), updated_at = \(rule.updatedAt)
            WHERE id = \(rule.id)
            """)
    }

    package func remove(_ id: ApprovalRule.ID) throws {
        try connection.execute("DELETE FROM approval_rule WHERE id = \(id)")
    }

    package func find(_ id: ApprovalRule.ID) throws -> ApprovalRule? {
        try connection.row("SELECT \(raw: Self.columns) FROM approval_rule WHERE id = \(id)").map(Self.read)
    }

    /// Those of a project whose id begins with `prefix`, at most two.
    package func find(prefix: String, in project: Project.ID) throws -> [ApprovalRule] {
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM approval_rule
            WHERE id >= \(prefix) AND id < \(prefix + "~") AND project = \(project) ORDER BY id LIMIT 2
            """
        ).map(Self.read)
    }

    /// The rules of a project, oldest first.
    package func all(in project: Project.ID) throws -> [ApprovalRule] {
        try connection.rows("SELECT \(raw: Self.columns) FROM approval_rule WHERE project = \(project) ORDER BY number").map(Self.read)
    }

    private static func text(of agents: Set<ApprovalRule.Agent>) -> String { agents.map(\.rawValue).sorted().joined(separator: ",") }

    private static func read(_ row: SQLRow) throws -> ApprovalRule {
        var reader = RowReader(row)
        let (id, project, server) = (try reader.id(ApprovalRule.self), try reader.id(Project.self), try reader.optionalID(Server.self))
        let (name, isActive) = (try reader.text(), try reader.bool())
        let (tool, parameter) = (try reader.text(), try reader.optionalText())
        let agents = try reader.text().split(separator: ",").compactMap { ApprovalRule.Agent(rawValue: String($0)) }
        return ApprovalRule(
            id: id, project: project, server: server,
            content: .init(
                name: name, isActive: isActive, toolPattern: tool, parameterPattern: parameter, agents: Set(agents),
                action: try reader.value()),
            createdBy: try Actor(json: try reader.json()), createdAt: try reader.time(), updatedAt: try reader.time())
    }
}

import HubCore

/// The rules of a project in the order in which they count, each with its server's name.
package struct ListApprovalRules: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    /// Only what holds there, and is switched on.
    package var server: Server.ID?

    package init(in project: Project.ID, holdingOn server: Server.ID? = nil) {
        (self.project, self.server) = (project, server)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [ApprovalRuleView] {
        var rules = try transaction.approvalRules.all(in: project.id)
        if let server { rules = rules.filter { $0.content.isActive && ($0.server == nil || $0.server == server) } }
        return try rules.inOrderOfPrecedence.map(transaction.view)
    }
}

package struct ApprovalRuleView: Sendable, Codable {
    package let rule: ApprovalRule
    package let serverName: String?
}

/// One rule, by its id or the beginning of it.
package struct GetApprovalRule: Query {
    package static let permission = Permission.see
    package var id: String
    package var project: Project.ID

    package init(_ id: String, in project: Project.ID) {
        (self.id, self.project) = (id, project)
    }

    package func subject(in transaction: HubTransaction) throws -> ApprovalRule { try transaction.approvalRule(id, in: project) }
    package func scope(of subject: ApprovalRule) -> Scope { Scope(project: subject.project) }
    package func answer(from subject: ApprovalRule, in transaction: HubTransaction) throws -> ApprovalRuleView {
        try transaction.view(of: subject)
    }
}

/// Adds a rule to a project.
package struct AddApprovalRule: UseCase {
    package var project: Project.ID
    /// A server's name or id; `nil`: all servers of the project.
    package var server: String?
    package var content: ApprovalRule.Content

    package init(in project: Project.ID, on server: String? = nil, _ content: ApprovalRule.Content) {
        (self.project, self.server, self.content) = (project, server, content)
    }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> ApprovalRuleView {
        try content.check()
        guard try transaction.approvalRules.all(in: project.id).count < ApprovalRule.maximumRules else {
            throw HubError.conflict("a project has at most \(ApprovalRule.maximumRules) rules: remove one first")
        }
        let rule = ApprovalRule(
            id: .random(), project: project.id, server: try server.map { try transaction.server(named: $0, in: project.id).id },
            content: content, createdBy: transaction.caller.actor, createdAt: transaction.now, updatedAt: transaction.now)
        try transaction.approvalRules.insert(rule)
        try transaction.append(.ruleAdded, about: rule)
        return try transaction.view(of: rule)
    }
}

/// Changes a rule.
package struct ChangeApprovalRule: UseCase {
    package var id: String
    package var project: Project.ID
    package var content: ApprovalRule.Content?
    package var place: Place?

    package enum Place: Hashable, Sendable {
        case project
        case server(String)
    }

    package init(_ id: String, in project: Project.ID, content: ApprovalRule.Content? = nil, place: Place? = nil) {
        (self.id, self.project, self.content, self.place) = (id, project, content, place)
    }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> ApprovalRule { try transaction.approvalRule(id, in: project) }
    package func scope(of subject: ApprovalRule) -> Scope { Scope(project: subject.project) }

    package func perform(on subject: ApprovalRule, in transaction: HubTransaction) throws -> ApprovalRuleView {
        var rule = subject
        if let content {
            try content.check()
            rule.content = content
        }
        switch place {
        case nil: break
        case .project: rule.server = nil
        case .server(let name): rule.server = try transaction.server(named: name, in: rule.project).id
        }
        guard rule != subject else { return try transaction.view(of: rule) }
        rule.updatedAt = transaction.now
        try transaction.approvalRules.save(rule)
        try transaction.append(.ruleChanged, about: rule)
        return try transaction.view(of: rule)
    }
}

/// Takes a rule away.
package struct RemoveApprovalRule: UseCase {
    package var id: String
    package var project: Project.ID

    package init(_ id: String, in project: Project.ID) {
        (self.id, self.project) = (id, project)
    }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> ApprovalRule { try transaction.approvalRule(id, in: project) }
    package func scope(of subject: ApprovalRule) -> Scope { Scope(project: subject.project) }

    package func perform(on subject: ApprovalRule, in transaction: HubTransaction) throws -> Done {
        try transaction.approvalRules.remove(subject.id)
        try transaction.append(.ruleRemoved, about: subject)
        return Done()
    }
}

extension ApprovalRule.Content {
    /// - Throws: ``HubError/invalid(_:)``
    func check() throws {
        func isLine(_ text: String, _ limit: Int) -> Bool {
            !text.trimmed.isEmpty && text.utf8.count <= limit
                && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        guard isLine(name, 200) else { throw HubError.invalid("a rule's name has 1 to 200 bytes on one line") }
        guard isLine(toolPattern, 200) else {
            throw HubError.invalid("a rule's tool_pattern has 1 to 200 bytes on one line: * for all tools")
        }
        guard parameterPattern.map({ isLine($0, 1000) }) ?? true else {
            throw HubError.invalid("a rule's param_pattern has 1 to 1000 bytes on one line, or is left out")
        }
    }
}

extension HubTransaction {
    func view(of rule: ApprovalRule) throws -> ApprovalRuleView {
        ApprovalRuleView(rule: rule, serverName: try rule.server.flatMap { try servers.find($0)?.name })
    }

    fileprivate func approvalRule(_ id: String, in project: Project.ID) throws -> ApprovalRule {
        let missing = HubError.notFound("there is no rule \(id.prefix(64))")
        if let full = ApprovalRule.ID(id) {
            guard let found = try approvalRules.find(full), found.project == project else { throw missing }
            return found
        }
        guard id.count >= 4 else { throw missing }
        let found = try approvalRules.find(prefix: id.lowercased(), in: project)
        guard let first = found.first else { throw missing }
        guard found.count == 1 else { throw HubError.conflict("\(id) is the beginning of several rules' ids: give more of it") }
        return first
    }

    fileprivate func append(_ kind: Event.Kind, about rule: ApprovalRule) throws {
        try append(
            kind, on: .init(.rule, rule.id.text), in: rule.project,
            data: [
                "name": .string(rule.content.name), "action": .string(rule.content.action.rawValue),
                "tool_pattern": .string(rule.content.toolPattern), "is_active": JSONValue(rule.content.isActive),
                "server": JSONValue(rule.server),
            ])
        let project = rule.project
        afterCommit { $0.ruleWatch.changed(in: project) }
    }
}

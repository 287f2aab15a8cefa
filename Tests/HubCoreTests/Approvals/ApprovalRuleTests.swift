import HubCore
import Testing

@Suite struct ApprovalRuleTests {
    @Test("puts what denies first, then what is narrow, then what is old")
    func order() {
        let (project, server) = (Project.ID.random(), Server.ID.random())
        let now = Timestamp(milliseconds: 0)
        func rule(_ name: String, _ action: ApprovalRule.Action, isNarrow: Bool) -> ApprovalRule {
            ApprovalRule(
                id: .random(), project: project, server: isNarrow ? server : nil,
                content: .init(name: name, toolPattern: "*", action: action), createdBy: .hub, createdAt: now, updatedAt: now)
        }
        let rules = [
            rule("allow all", .allow, isNarrow: false), rule("allow here", .allow, isNarrow: true),
            rule("deny all", .deny, isNarrow: false), rule("deny here", .deny, isNarrow: true),
            rule("deny all, later", .deny, isNarrow: false),
        ]
        #expect(
            rules.inOrderOfPrecedence.map(\.content.name) == ["deny here", "deny all", "deny all, later", "allow here", "allow all"])
    }
}

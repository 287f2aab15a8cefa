import HubCore
import HubTesting
import Testing

@testable import HubService

@Suite struct ApprovalTests {
    private func deny(_ tool: String) -> ApprovalRule.Content { .init(name: "no \(tool)", toolPattern: tool, action: .deny) }

    @Test("a server gets its project's active rules and its own, in their order")
    func filtering() async throws {
        let test = try await TestHub()
        let (mine, other) = (try await test.server("mine"), try await test.server("other"))
        func add(_ content: ApprovalRule.Content, on server: String? = nil) async throws -> ApprovalRule {
            try await test.hub.run(AddApprovalRule(in: test.project.id, on: server, content), as: test.admin).rule
        }
        let wide = try await add(deny("Bash"))
        let narrow = try await add(deny("Write"), on: "mine")
        var off = deny("Read")
        off.isActive = false
        _ = try await add(off)
        func rules(_ server: Server) async throws -> [ApprovalRule.ID] {
            try await test.hub.ask(ListApprovalRules(in: test.project.id, holdingOn: server.id), as: server.agent).map(\.rule.id)
        }
        #expect(try await rules(mine) == [narrow.id, wide.id])
        #expect(try await rules(other) == [wide.id])
        #expect(try await test.hub.ask(ListApprovalRules(in: test.project.id), as: test.admin).count == 3)
    }

    @Test("a change and a removal are told, and what changes nothing is not")
    func changes() async throws {
        let test = try await TestHub()
        var changes = test.hub.ruleWatch.changes().makeAsyncIterator()
        let rule = try await test.hub.run(AddApprovalRule(in: test.project.id, deny("Bash")), as: test.admin).rule
        #expect(await changes.next() == test.project.id)
        let events = try await test.eventCount()
        _ = try await test.hub.run(ChangeApprovalRule(rule.id.text, in: test.project.id, content: rule.content), as: test.admin)
        #expect(try await test.eventCount() == events)
        let prefix = String(rule.id.text.prefix(8))
        let changed = try await test.hub.run(
            ChangeApprovalRule(prefix, in: test.project.id, content: deny("Web*")), as: test.admin)
        #expect(changed.rule.content.toolPattern == "Web*")
        #expect(await changes.next() == test.project.id)
        try await test.hub.run(RemoveApprovalRule(prefix, in: test.project.id), as: test.admin)
        #expect(await changes.next() == test.project.id)
        await refused(.notFound) { try await test.hub.run(RemoveApprovalRule(prefix, in: test.project.id), as: test.admin) }
        #expect(try await test.events().suffix(3).map(\.fact.kind) == [.ruleAdded, .ruleChanged, .ruleRemoved])
    }

    @Test("refuses rules that make no sense, and reaches none of another project")
    func refusals() async throws {
        let test = try await TestHub()
        await refused(.invalid) { try await test.hub.run(AddApprovalRule(in: test.project.id, deny(" ")), as: test.admin) }
        await refused(.notFound) { try await test.hub.run(AddApprovalRule(in: test.project.id, on: "no", deny("x")), as: test.admin) }
        let rule = try await test.hub.run(AddApprovalRule(in: test.project.id, deny("x")), as: test.admin).rule
        let elsewhere = try await test.hub.run(CreateProject("elsewhere"), as: test.admin)
        await refused(.notFound) { try await test.hub.run(RemoveApprovalRule(rule.id.text, in: elsewhere.id), as: test.admin) }
    }

    @Test("the log of permissions keeps entries, makes one event of a report's denials, and forgets in time")
    func permissions() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac-1")
        func entry(_ decision: PermissionEntry.Decision) -> PermissionEntry {
            PermissionEntry(
                server: server.id, session: nil, tool: "Bash", input: "{}", decision: decision, rule: nil, reason: nil, agent: "claude",
                decidedAt: nil, receivedAt: test.clock.now())
        }
        let events = try await test.eventCount()
        #expect(try await test.hub.run(LogPermissions(on: server, [entry(.allowed), entry(.asked)]), as: .hub) == 2)
        #expect(try await test.eventCount() == events)
        try await test.hub.run(LogPermissions(on: server, [entry(.denied), entry(.denied)]), as: .hub)
        let last = try #require(try await test.events().last)
        #expect(last.fact.kind == .permissionDenied)
        #expect(last.fact.data["count"] == 2)
        let denied = try await test.hub.ask(ListPermissions(in: test.project.id, decision: .denied, server: "mac-1"), as: test.admin)
        #expect(denied.count == 2)
        test.clock.advance(by: PermissionEntry.keepingTime + .seconds(1))
        try await test.hub.run(TidyFiles(), as: .hub)
        #expect(try await test.hub.ask(ListPermissions(in: test.project.id), as: test.admin).isEmpty)
    }
}

import Foundation
import HubCore
import Testing

import enum HubCore.JSONValue

/// From an agent's hook over the real daemon to people: what tools were used for, and what was refused.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PermissionTests {
    private func use(_ command: String, on machine: Machine, in session: String) async throws -> String {
        let input: JSONValue = [
            "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": ["command": .string(command)],
        ]
        let output = try await machine.run(
            ["hook", "pre-tool-use", "--agent", "claude"], environment: ["ORCHESTRATIA_SESSION_ID": session], input: input.text)
        #expect(output.status == 0, "\(output.error)")
        return output.standard
    }

    private func entries(_ site: Site, _ count: Int) async throws -> [JSONValue] {
        try await site.wait(for: "\(count) entries of the log") {
            let entries = try await site.get("/api/v1/permissions?limit=1000")["entries"]?.array ?? []
            #expect(entries.count <= count, "an entry came twice")
            return entries.count >= count ? entries : nil
        }
    }

    @Test func `a rule that people make decides in a hook within moments, and what it decided is read by people, once`() async throws {
        try await Site.with { site in
            let machine = try await site.machine("mac-1")
            let session = try await site.open("agent", on: machine)
            _ = try await site.post(
                "/api/v1/approval-rules", ["name": "no force", "tool_pattern": "Bash", "param_pattern": "*rm -rf*", "action": "deny"])
            let rules = machine.home + "/tmp/orchestratia-rules.json"
            try await site.wait(for: "the rule on the machine") {
                (try? String(contentsOfFile: rules, encoding: .utf8))?.contains("rm -rf") == true ? true : nil
            }
            #expect(try await use("rm -rf / # ghp_" + String(repeating: "a1B2", count: 9), on: machine, in: session).contains("deny"))
            #expect(try await use("make", on: machine, in: session).isEmpty)
            let first = try await entries(site, 2)
            let denied = try #require(first.first { $0["decision"]?.string == "denied" })
            #expect(denied["server"]?.string == "mac-1" && denied["session_id"]?.string == session && denied["tool_name"]?.string == "Bash")
            #expect(denied["tool_input"]?.text.contains("rm -rf") == true && denied["tool_input"]?.text.contains("a1B2a1B2") == false)
            let told = try await site.event("permission.denied")
            #expect(told["data"]?["count"]?.int == 1)

            let unsent = machine.home + "/state/permissions.jsonl"
            try await site.wait(for: "an empty log") { FileManager.default.fileExists(atPath: unsent) ? nil : true }

            // Neither a hub that is away nor a daemon that is killed loses any, or has one come twice.
            site.link.lead(to: nil)
            site.link.cut()
            for number in 1...3 { #expect(try await use("rm -rf \(number)", on: machine, in: session).contains("deny")) }
            try await site.wait(for: "what waits on disk") { FileManager.default.fileExists(atPath: unsent) ? true : nil }
            await machine.killWithoutWarning()
            site.link.lead(to: Site.port(of: site.hub))
            try await machine.start()
            let all = try await entries(site, 5)
            #expect(all.count { $0["decision"]?.string == "denied" } == 4)
            try await site.wait(for: "an empty log") { FileManager.default.fileExists(atPath: unsent) ? nil : true }
            #expect(try await entries(site, 5).count == 5)
            // Whoever may see the project may read it.
            let viewer = try await site.hub.run(["api-token", "create", "--project", "default", "--role", "viewer"]).standard
            let seen = try await RESTClient(site.transport, bearer: viewer).get(site.hub.url + "/api/v1/permissions?decision=denied")
            #expect(seen.status == 200 && seen.body["entries"]?.array?.count == 4)
        }
    }
}

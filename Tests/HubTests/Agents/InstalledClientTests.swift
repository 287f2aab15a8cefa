import Foundation
import HubCore
import TelegramSimulator
import Testing

import enum HubCore.JSONValue

/// A client that follows sections 1 to 9 of the agent protocol, and nothing more, is served fully by the real hub.
@Suite(.serialized, .timeLimit(.minutes(5))) struct InstalledClientTests {
    @Test func `an installed client registers, runs sessions, takes a task to its end, gets a file, and recovers`() async throws {
        try await Site.with(profiles: ["goose": "{name: goose, summary: a goose, command: [goose, --now]}"]) { site in
            let client = try await InstalledClient(token: try await site.registrationToken(), hub: site.hub.url, site.transport)
            try await client.ask(.post, "/api/v1/servers/heartbeat", ["system_info": ["platform": "Linux", "agent_version": "0.20.0"]])
            #expect(try await client.ask(.get, "/api/v1/server/files/pending").array == [])
            #expect(try await client.ask(.get, "/api/v1/server/files/pulls/pending").array == [])
            var session = ""
            try await client.connected {
                session = try await start(client, site)
                try await watch(client, site)
                try await work(client, site, session)
            }
            try await site.session(session, is: "disconnected")
            try await recover(client, site, session)
        }
    }

    /// A session that a person opens, and the launch of its agent by typing.
    private func start(_ client: InstalledClient, _ site: Site) async throws -> String {
        let asked = try await site.say("/session new boss @old profile:goose")
        _ = try await site.reply(after: asked) { $0.text.contains("boss") }
        let start = try await client.next("session_start")
        #expect(start["message_id"] == nil && start["session_key"] == nil && start["command"] == nil)
        #expect(start["cols"]?.int == 120 && start["rows"]?.int == 40)
        let session = try #require(start["session_id"]?.string)
        #expect(session == session.lowercased() && session.count == 36)
        // Output may come before the word that it has started.
        try await client.output("$ ", of: session)
        try await client.started(session)
        try await client.typed("goose --now", into: session)
        try await client.typed("\r", into: session)
        try await site.session(session, is: "active")
        return session
    }

    private func watch(_ client: InstalledClient, _ site: Site) async throws {
        let tail = try await site.reply(after: try await site.say("/tail boss")) { $0.text.contains("live, reply to type") }
        try await site.say("ls -l", replyTo: tail)
        try await site.message(tail) { $0.text.contains("ls -l") }
        _ = try await site.reply(after: tail) { $0.text.contains("typed and submitted") }
    }

    private func work(_ client: InstalledClient, _ site: Site, _ session: String) async throws {
        let made = try await site.post(
            "/api/v1/tasks", ["title": "Mend the door", "spec": "with oil", "require_plan": true, "auto_assign": false])
        let task = try #require(made["id"]?.string, "\(made)")
        _ = try await site.post("/api/v1/tasks/\(task)/assign", ["session_name": "boss"])
        let assigned = try await client.next("task_assigned")
        #expect(assigned["session_id"]?.string == session && assigned["task_id"]?.string == task)
        #expect(assigned["require_plan"]?.bool == true)
        let path = "/api/v1/server/tasks"
        let check = try await client.ask(.get, "\(path)/check?session_id=\(session)")
        #expect(check["count"]?.int == 1 && check["tasks"]?.array?.first?["spec"]?.string == "with oil")
        #expect(try await client.ask(.get, path)["tasks"]?.array?.contains { $0["id"]?.string == task } == true)
        _ = try await client.ask(.post, "\(path)/\(task)/notes", ["content": "looking", "urgent": false])
        _ = try await client.ask(.post, "\(path)/\(task)/plan", ["plan": ["summary": "1. Oil the hinges."]])
        let plan = try await site.simulator.waitForMessage(in: site.chat, timeout: Site.patience) {
            $0.text.contains("Oil the hinges") && $0.buttons.contains("Approve")
        }
        try await site.simulator.press("Approve", on: plan, by: site.ada)
        #expect(try await client.next("plan_approved")["session_id"]?.string == session)
        _ = try await client.call(.post, "\(path)/\(task)/start")
        _ = try await site.post("/api/v1/tasks/\(task)/notes", ["content": "mind the cat", "urgent": true])
        let note = try await client.next("task_note")
        #expect(note["content"]?.string == "mind the cat" && note["urgent"]?.bool == true)
        let help = try await client.ask(
            .post, "\(path)/\(task)/help", ["question": "Which oil?", "context": "two cans", "intervention_type": "question"])
        #expect(help["intervention_id"]?.string != nil && help["status"]?.string == "pending")
        let question = try await site.reply(after: plan) { $0.text.contains("Which oil?") }
        try await site.say("The fine one", replyTo: question)
        #expect(try await client.next("intervention_response")["response"]?.string == "The fine one")
        let interventions = try await client.ask(.get, "/api/v1/server/interventions?task_id=\(task)").array
        #expect(interventions?.first?["status"]?.string == "responded")

        try await file(client, site, question)

        try await client.ask(.post, "\(path)/\(task)/complete", ["result": "oiled"])
        _ = try await site.reply(after: question) { $0.text.contains("oiled") }
        #expect(try await client.ask(.get, "\(path)/check?session_id=\(session)")["count"]?.int == 0)
    }

    /// A document in reply to a card reaches the client, once.
    private func file(_ client: InstalledClient, _ site: Site, _ card: World.Message) async throws {
        let bytes = Array("use little oil\n".utf8)
        try await site.simulator.sendDocument(named: "manual.txt", bytes, from: site.ada, to: site.chat, replyTo: card)
        let item = try await site.wait(for: "a pending file") {
            try await client.ask(.get, "/api/v1/server/files/pending").array.flatMap { $0.isEmpty ? Optional.none : .some($0[0]) }
        }
        #expect(item["filename"]?.string == "manual.txt")
        let (upload, address) = (try #require(item["upload_id"]?.string), try #require(item["download_url"]?.string))
        let download = try await client.call(.get, address)
        #expect(download.status == 200 && download.body == bytes)
        try await client.ask(
            .post, "/api/v1/server/files/\(upload)/ack", ["success": true, "path": "/tmp/orchestratia-uploads/manual.txt"])
        #expect(try await client.ask(.get, "/api/v1/server/files/pending").array == [])
    }

    /// The daemon is started again: it knows its tmux session, and nothing of the id.
    private func recover(_ client: InstalledClient, _ site: Site, _ session: String) async throws {
        let name = "orc-" + session.prefix(12)
        try await client.connected {
            try await client.send(["type": "session_recovered", "tmux_name": "orc-ffffffff-fff", "pid": 1, "working_dir": "/"])
            try await client.send(["type": "session_recovered", "tmux_name": .string(name), "pid": 1326, "working_dir": "/w"])
            let ack = try await client.next("session_recovered_ack")
            #expect(ack["tmux_name"]?.string == name && ack["session_id"]?.string == session)
            let size = try await client.next("session_resize")
            #expect(size["cols"]?.int == 120 && size["rows"]?.int == 40)
            try await site.session(session, is: "active")
            try await client.output("back again", of: session)
            try await site.screen(of: session, shows: "back again")
            _ = try await site.post("/api/v1/sessions/\(session)/close")
            #expect(try await client.next("session_close")["session_id"]?.string == session)
            try await client.send(["type": "session_closed", "session_id": .string(session), "exit_code": 1])
            try await site.session(session, is: "closed")
        }
    }
}

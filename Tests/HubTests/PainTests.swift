import Foundation
import HubCore
import NIOCore
import TelegramSimulator
import Testing
import WebSocket

import enum HubCore.JSONValue

/// What users of systems like this one complain about, each by its name, through the whole program: chat, hub, and an agent that speaks
/// only REST. The deaf bot (14) is in the gateway's tests, the restarts (16, 20, 27) are in ``KillTests``, too.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PainTests {
    private func plan(_ text: String, _ fleet: Fleet, in chat: World.Chat.ID? = nil) async throws -> (JSONValue, World.Message) {
        let asked = try await fleet.say("/new Mend the door !plan", by: fleet.ada, in: chat ?? fleet.chat(fleet.ada))
        let task = try await fleet.task(in: "assigned")
        try await fleet.report("plan", on: task, ["plan": ["summary": .string(text)]])
        return (task, try await fleet.reply(to: asked) { $0.buttons.contains("Approve") })
    }

    @Test func `4 long output: a plan of any length is whole, before its buttons`() async throws {
        try await Fleet.with { fleet in
            let lines = (1...60).map { "\($0). step **number** <\($0)> of `the` plan 🚪 _with_ [odd](signs)" }
            let (_, folded) = try await plan(lines.joined(separator: "\n"), fleet)
            for line in lines { #expect(folded.text.contains(line)) }
            let next = try await fleet.say("/cancel #1", by: fleet.ada, in: fleet.chat(fleet.ada))
            let confirm = try await fleet.reply(to: next) { $0.buttons.contains { $0.hasPrefix("Yes") } }
            try await fleet.simulator.press(try #require(confirm.buttons.first { $0.hasPrefix("Yes") }), on: confirm, by: fleet.ada)

            let long = (1...4000).map { "\($0). step of a very long plan" }.joined(separator: "\n")
            _ = try await plan(long, fleet)
            let chat = try #require(await fleet.simulator.chat(fleet.chat(fleet.ada)))
            // The file comes before the message with the buttons.
            let attached = try #require(chat.messages.last { $0.attachment != nil }?.attachment)
            let file = try #require(await fleet.simulator.file(attached))
            #expect(String(decoding: file.bytes, as: UTF8.self).contains(long))
            #expect(chat.messages.allSatisfy { $0.text.utf16.count <= 4096 })
        }
    }

    @Test func `5 secrets: what an agent lets slip is masked for all others, and no key, token or code lies in the hub's log or files`()
        async throws
    {
        try await Fleet.with(keepsLog: true) { fleet in
            let slips = [
                "sk-ant-0123456789abcdefghijkl", "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "987654:AAabcdefghijklmnopqrstuvwxyz0123456",
            ]
            func isMasked(_ text: String, _ what: String) {
                #expect(text.contains("***"), "\(what): \(text)")
                for slip in slips { #expect(!text.contains(slip), "\(what): \(text)") }
            }
            let spilled = JSONValue.string("could not sign in: " + slips.joined(separator: " "))
            let (chat, hub) = (fleet.chat(fleet.ada), fleet.hub.url + "/api/v1")

            let asked = try await fleet.say("/new Leak !plan", by: fleet.ada, in: chat)
            let task = try await fleet.task(in: "assigned")
            let path = "/tasks/\(try #require(task["id"]?.string))"
            try await fleet.report("plan", on: task, ["plan": ["summary": spilled]])
            isMasked(try await fleet.reply(to: asked) { $0.buttons.contains("Approve") }.text, "the plan in the chat")
            let seen = try await fleet.people.get(hub + path).body
            isMasked(seen.text, "the plan")
            #expect(try await fleet.people.post(hub + path + "/approve", ["plan_hash": seen["plan_hash"] ?? .null]).status == 200)
            // The agent itself goes on with what it wrote, and with what it was told.
            #expect(try await fleet.task(in: "running")["plan"]?["summary"] == spilled)
            try await fleet.report("notes", on: task, ["content": spilled])
            try await fleet.report("help", on: task, ["question": spilled])
            isMasked(try await fleet.people.post(hub + path + "/respond", ["response": spilled]).body.text, "the answer")
            #expect(try await fleet.task(in: "running")["intervention"]?["response"] == spilled)
            try await fleet.report("fail", on: task, ["error": .string("given up: " + slips.joined(separator: " "))])
            isMasked(try await fleet.reply(to: asked) { $0.text.contains("given up") }.text, "the failure in the chat")

            let again = try await fleet.say("/new Leak again", by: fleet.ada, in: chat)
            let second = try await fleet.task(in: "assigned")
            try await fleet.report("start", on: second, [:])
            try await fleet.report("complete", on: second, ["result": ["summary": spilled]])
            isMasked(try await fleet.reply(to: again) { $0.text.contains("could not sign in") }.text, "the result in the chat")

            let (other, otherKey) = try await fleet.server("mac-3")
            for (reader, root) in [(fleet.people, hub), (other, hub + "/server")] {
                for path in [path, path + "/notes", "/interventions", "/tasks/\(second["id"]?.string ?? "")"] {
                    isMasked(try await reader.get(root + path).body.text, root + path)
                }
            }
            for message in try #require(await fleet.simulator.chat(chat)).messages {
                for slip in slips { #expect(!message.text.contains(slip) || !message.isFromBot) }
            }
            let sessionKey = try await sessionKey(on: "mac-2", fleet)
            #expect(
                try await RESTClient(fleet.transport, apiKey: sessionKey).get(hub + "/server/tasks/check").status == 200)

            #expect(await fleet.hub.stop() == 0)
            let credentials = fleet.credentials.merging(["key of another agent": otherKey, "session key": sessionKey]) { $1 }
            try expectNoCredentials(credentials, in: fleet.hub.folder)
            let log = try String(contentsOfFile: fleet.hub.folder + "/hub.log", encoding: .utf8)
            #expect(log.contains("/api/v1/server/tasks/check"))
            for slip in slips { #expect(!log.contains(slip)) }
        }
    }

    /// In no file below `folder`: neither whole, nor the part that makes a token secret.
    private func expectNoCredentials(_ credentials: [String: String], in folder: String) throws {
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder + "/" + file, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
            for (kind, text) in credentials {
                // Whoever starts a hub with this file asks for the code.
                if file == "ready.json", kind == "pairing code" { continue }
                for part in [text] + text.split(whereSeparator: { $0 == ":" || $0 == "." }).dropFirst().map(String.init) {
                    #expect(part.utf8.count >= 16, "the \(kind) is too short to be looked for")
                    #expect(bytes.range(of: Data(part.utf8)) == nil, "the \(kind) is in \(file)")
                }
            }
        }
    }

    /// The key that a terminal gets which a person opens there.
    private func sessionKey(on server: String, _ fleet: Fleet) async throws -> String {
        let endpoint = try #require(WebSocketEndpoint(hub: fleet.hub.url, path: "/ws/server"))
        let auth: JSONValue = [
            "type": "auth", "api_key": .string(fleet.credentials["agent key"] ?? ""),
            "client": ["name": "orchestratia-agent", "version": "1", "features": ["launch"]],
        ]
        return try await WebSocketClient(options: WebSocketOptions(maximumMessage: 1 << 20)).connect(to: endpoint) { connection in
            try await connection.send(.text(auth.text))
            _ = try #require(await connection.receive())
            let opened = try await fleet.people.post(fleet.hub.url + "/api/v1/sessions", ["server": .string(server), "profile": "shell"])
            #expect(opened.status == 201, "\(opened.body)")
            for await message in connection.messages {
                let json = try JSONValue(parsing: Array(message.payload.readableBytesView))
                if let key = json["session_key"]?.string { return key }
            }
            throw HubProgram.Failed(description: "no terminal was started")
        }
    }

    @Test func `7 who may press: the presser decides, never the chat`() async throws {
        try await Fleet.with { fleet in
            let switched = try await fleet.say("/project default", by: fleet.ada, in: fleet.group)
            _ = try await fleet.reply(to: switched)
            let (task, card) = try await plan("1. Look. 2. Mend.", fleet, in: fleet.group)
            let refusal = try await fleet.simulator.press("Approve", on: card, by: fleet.grace)
            // A hub that takes its time answers a press with nothing; what becomes of the message is the lasting answer.
            if let text = refusal.text { #expect(refusal.showAlert && text.contains("viewer")) }
            #expect(try await fleet.state(of: task) == "plan_review")
            let stranger = await fleet.simulator.addPerson(name: "Mallory")
            try await fleet.simulator.setMembership(of: stranger.id, in: fleet.group, to: .member, by: fleet.ada)
            let second = try await fleet.simulator.press("Approve", on: card, by: stranger)
            #expect(second.text == nil || second.showAlert)
            #expect(try await fleet.state(of: task) == "plan_review")
            let approval = try await fleet.simulator.press("Approve", on: card, by: fleet.ada)
            #expect(!approval.showAlert)
            // Presses of one chat are handled in their order: had one of the others counted, it would be their approval.
            _ = try await fleet.simulator.waitForMessage(in: fleet.group) { $0.id == card.id && $0.text.contains("Approved by Ada") }
            #expect(try await fleet.state(of: task) == "running")
        }
    }

    @Test func `8 spending: at a cap the agent pauses, the chat asks with buttons, and a press lets it go on`() async throws {
        try await Fleet.with { fleet in
            let chat = fleet.chat(fleet.ada)
            let asked = try await fleet.say("/new Mend the door cap:5", by: fleet.ada, in: chat)
            let task = try await fleet.task(in: "assigned")
            try await fleet.report("start", on: task, [:])
            #expect(try await fleet.report("usage", on: task, ["cost": "4.90", "tokens_in": 1000]) == 200)
            #expect(try await fleet.state(of: task) == "running")
            #expect(try await fleet.report("usage", on: task, ["cost": "5.10", "tokens_in": 2000]) == 200)
            let card = try await fleet.reply(to: asked) { $0.text.contains("#1 has spent 5.10 of its cap 5.00 USD. May it go on?") }
            #expect(card.buttons == ["Raise the cap to 7.65", "Go on this once", "Stop the task"])
            #expect(try await fleet.state(of: task) == "needs_human")
            try await fleet.simulator.press("Raise the cap to 7.65", on: card, by: fleet.ada)
            let going = try await fleet.task(in: "running")
            #expect(going["id"] == task["id"] && going["spend_cap"]?.string == "7.65")
            _ = try await fleet.simulator.waitForMessage(in: chat) { $0.id == card.id && $0.buttons.isEmpty }
            #expect(try await fleet.report("usage", on: task, ["cost": "6.00"]) == 200)
            try await fleet.report("complete", on: task, ["result": "mended"])
            _ = try await fleet.reply(to: card) { $0.text.contains("Spent 6.00 of 7.65 USD") }
        }
    }

    @Test func `8 spending: a higher cap of the hub in its configuration lets go on at the restart what it held`() async throws {
        try await Fleet.with { fleet in
            let chat = fleet.chat(fleet.ada)
            let file = fleet.hub.folder + "/hub.yaml"
            func restart(_ cap: String) async throws {
                #expect(await fleet.hub.stop() == 0)
                try "spending:\n  day_cap: \(cap)\n".write(toFile: file, atomically: true, encoding: .utf8)
                try await fleet.hub.start(["--config", file])
            }
            try await restart("2")
            let asked = try await fleet.say("/new Mend the door", by: fleet.ada, in: chat)
            let task = try await fleet.task(in: "assigned")
            try await fleet.report("start", on: task, [:])
            try await fleet.report("usage", on: task, ["cost": "2.50"])
            let card = try await fleet.reply(to: asked) { $0.text.contains("This hub has spent 2.50 of its cap 2.00 USD for") }
            #expect(card.buttons == ["Go on today", "Stop the task"] && card.text.contains("ORCHESTRATIA_SPENDING_DAY_CAP"))
            let second = try await fleet.say("/new Paint it", by: fleet.ada, in: chat)
            let notice = try await fleet.reply(to: second) { $0.text.contains(": 1 task waits in default.") }
            #expect(try await fleet.state(of: task) == "needs_human")
            try await fleet.noted(notice)
            try await restart("9")
            #expect(try await fleet.state(of: task) == "running")
            #expect(try await fleet.task(titled: "Paint it")["status"]?.string == "assigned")
            _ = try await fleet.simulator.waitForMessage(in: chat) {
                $0.id == card.id && $0.text.contains("was raised to 9.00 USD in the hub's configuration; the task goes on.")
                    && $0.buttons.isEmpty
            }
            _ = try await fleet.simulator.waitForMessage(in: chat) {
                $0.id == notice.id && $0.text.contains("spending.day_cap is 9.00 now: what waited goes on.")
            }
        }
    }

    @Test func `8 spending: what a reached cap holds back is asked about once, also after a crash, and a press lets all go`() async throws {
        try await Fleet.with { fleet in
            let chat = fleet.chat(fleet.ada)
            let set = try await fleet.say("/settings day_cap 2", by: fleet.ada, in: chat)
            _ = try await fleet.reply(to: set) { $0.text.contains("day_cap 2.00") }
            _ = try await fleet.say("/new Mend the door", by: fleet.ada, in: chat)
            let task = try await fleet.task(in: "assigned")
            try await fleet.report("start", on: task, [:])
            try await fleet.report("usage", on: task, ["cost": "2.50"])
            let asked = try await fleet.say("/new Paint it", by: fleet.ada, in: chat)
            let notice = try await fleet.reply(to: asked) {
                $0.text.contains("2.50 of its 2.00 USD for") && $0.text.contains(": 1 task waits")
            }
            #expect(notice.buttons == ["Raise the day's cap to 3.75"] && !notice.isSilent)
            try await fleet.noted(notice)
            await fleet.hub.killWithoutWarning()
            try await fleet.hub.start()
            let again = try await fleet.say("/new Lock it", by: fleet.ada, in: chat)
            _ = try await fleet.reply(to: again) { $0.text.contains("Lock it") }
            try await fleet.simulator.press("Raise the day's cap to 3.75", on: notice, by: fleet.ada)
            _ = try await fleet.simulator.waitForMessage(in: chat) {
                $0.id == notice.id && $0.text.contains(" set day_cap to 3.75: what waited goes on.") && $0.buttons.isEmpty
            }
            let (second, third) = (try await fleet.task(titled: "Paint it"), try await fleet.task(titled: "Lock it"))
            #expect(second["status"]?.string == "assigned" && third["status"]?.string == "assigned")
            let messages = try #require(await fleet.simulator.chat(chat)).messages
            #expect(messages.count { $0.text.contains("task waits") || $0.text.contains("what waited goes on") } == 1)
        }
    }

    @Test func `10 plan approval: shown whole, put off, sent back with words, and never approved by a restart or an old button`()
        async throws
    {
        try await Fleet.with { fleet in
            let (task, first) = try await plan("1. Take the door out. 2. Burn it.", fleet)
            #expect(first.text.contains("1. Take the door out. 2. Burn it."))
            try await fleet.simulator.press("Later", on: first, by: fleet.ada)
            #expect(try await fleet.state(of: task) == "plan_review")
            await fleet.hub.killWithoutWarning()
            try await fleet.hub.start()
            #expect(try await fleet.state(of: task) == "plan_review")
            try await fleet.simulator.send("Do not burn it", from: fleet.ada, to: fleet.bot, replyTo: first)
            let planning = try await fleet.task(in: "planning")
            #expect(planning["plan_feedback"]?.string == "Do not burn it")
            try await fleet.report("plan", on: task, ["plan": ["summary": "1. Oil the hinges."]])
            let second = try await fleet.reply(to: first) { $0.text.contains("Oil the hinges") && $0.buttons.contains("Approve") }
            // The old message's buttons are taken away; a press that was on its way is refused all the same.
            let button = try #require(first.keyboard.joined().first { $0.text == "Approve" })
            guard case .callback = button.action else { throw HubProgram.Failed(description: "Approve is no callback") }
            _ = try? await fleet.simulator.press("Approve", on: first, by: fleet.ada, timeout: .seconds(5))
            #expect(try await fleet.state(of: task) == "plan_review")
            try await fleet.simulator.press("Approve", on: second, by: fleet.ada)
            _ = try await fleet.task(in: "running")
        }
    }

    @Test func `15 flood control: retry_after holds one chat, answers come after it, and the last state of a card wins`() async throws {
        try await Fleet.with { fleet in
            let asked = try await fleet.say("/new Count", by: fleet.ada, in: fleet.chat(fleet.ada))
            let card = try await fleet.reply(to: asked) { $0.text.contains("Count") }
            let task = try await fleet.task(in: "assigned")
            await fleet.simulator.inject(.tooManyRequests(retryAfter: 2), method: "editMessageText", chat: fleet.chat(fleet.ada))
            try await fleet.report("start", on: task, [:])
            try await fleet.report("help", on: task, ["question": "How far?"])
            let hello = try await fleet.say("/me", by: fleet.grace, in: fleet.chat(fleet.grace))
            _ = try await fleet.reply(to: hello)
            let question = try await fleet.reply(to: asked) { $0.text.contains("How far?") }
            try await fleet.simulator.send("To ten", from: fleet.ada, to: fleet.bot, replyTo: question)
            _ = try await fleet.task(in: "running")
            try await fleet.report("complete", on: task, ["result": "ten"])
            _ = try await fleet.simulator.waitForChat(fleet.chat(fleet.ada)) { chat in
                chat.message(card.id)?.text.contains("done at") == true
            }
        }
    }

    @Test func `25 one poller: a second hub on the database is refused, a second poller elsewhere is reported and not fought`() async throws
    {
        try await Fleet.with { fleet in
            #expect(try await fleet.hub.run(["serve", "--listen", "127.0.0.1:0"]).status == 1)
            let mark = try await fleet.say("/me", by: fleet.ada, in: fleet.chat(fleet.ada))
            _ = try await fleet.reply(to: mark)
            await fleet.simulator.inject(
                .error(
                    code: 409,
                    description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
                method: "getUpdates", times: 1)
            // The poll that waits now ends with this, and the next one is the conflict.
            _ = try await fleet.say("/me", by: fleet.grace, in: fleet.chat(fleet.grace))
            _ = try await fleet.reply(to: mark) { $0.text.contains("polled by another program") }
            let still = try await fleet.say("/me", by: fleet.ada, in: fleet.chat(fleet.ada))
            _ = try await fleet.reply(to: still)
        }
    }
}

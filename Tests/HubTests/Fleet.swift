import Foundation
import HTTPClient
import HubCore
import HubStore
import SQLiteDatabase
import TelegramBot
import TelegramSimulator
import Testing

import enum HubCore.JSONValue
import class HubCore.Locked

/// A hub as a process of its own, a simulated Telegram in front of it, two people of different roles in a group, and a server's key.
struct Fleet {
    let simulator: Simulator
    let bot: World.Bot
    /// The administrator.
    let ada: World.Person
    /// A viewer.
    let grace: World.Person
    let group: World.Chat.ID
    let hub: HubProgram
    let transport: CurlMultiLoop
    let agent: RESTClient
    let people: RESTClient
    /// The codes, tokens and keys that were used to get here, by kind.
    let credentials: [String: String]

    /// - Parameter keepsLog: as of ``HubProgram``.
    static func with(keepsLog: Bool = false, _ body: (Fleet) async throws -> Void) async throws {
        let simulator = try await Simulator.start()
        let transport = try CurlMultiLoop()
        do {
            let fleet = try await build(simulator, transport, keepsLog: keepsLog)
            try await body(fleet)
            #expect(await fleet.hub.stop() == 0)
        } catch {
            await transport.shutdown()
            await simulator.shutdown()
            throw error
        }
        await transport.shutdown()
        await simulator.shutdown()
    }

    private static func build(_ simulator: Simulator, _ transport: CurlMultiLoop, keepsLog: Bool) async throws -> Fleet {
        let bot = await simulator.addBot(username: "fleet_bot")
        let ada = await simulator.addPerson(name: "Ada", username: "ada")
        let grace = await simulator.addPerson(name: "Grace", username: "grace")
        let group = await simulator.addGroup(title: "Web team", people: [ada, grace], bots: [bot])
        let hub = try HubProgram(
            environment: [
                "ORCHESTRATIA_BOT_TOKENS": bot.token, "ORCHESTRATIA_TELEGRAM_API_URL": simulator.url,
                "ORCHESTRATIA_TELEGRAM_FILE_URL": simulator.url + "/file", "ORCHESTRATIA_TELEGRAM_LIMITS": "none",
                "ORCHESTRATIA_LOG_LEVEL": "trace",
            ], keepsLog: keepsLog)
        try await hub.start()
        let direct = World.Chat.ID.direct(bot: bot.id, person: ada.id)
        let pairing = try #require(hub.ready["pairing_code"]?.string)
        let hello = try await simulator.start(bot, by: ada, payload: pairing)
        _ = try await simulator.waitForMessage(in: direct, after: hello) { $0.isFromBot }
        let invite = try await simulator.send("/invite viewer", from: ada, to: bot)
        let link = try await simulator.waitForMessage(in: direct, after: invite) { $0.text.contains("start=") }.text
        let code = String(try #require(link.split(separator: "start=").last).prefix(43))
        let start = try await simulator.start(bot, by: grace, payload: code)
        _ = try await simulator.waitForMessage(in: .direct(bot: bot.id, person: grace.id), after: start) { $0.text.contains("viewer") }
        let token = try await hub.run(["registration-token", "--project", "default"]).standard
        let key = try await register("mac-2", token: token, at: hub, transport)
        let bearer = try await hub.run(["api-token", "create", "--project", "default", "--role", "member"]).standard
        return Fleet(
            simulator: simulator, bot: bot, ada: ada, grace: grace, group: group, hub: hub, transport: transport,
            agent: RESTClient(transport, apiKey: key), people: RESTClient(transport, bearer: bearer),
            credentials: [
                "bot token": bot.token, "pairing code": pairing, "invitation": code, "registration token": token, "agent key": key,
                "API token": bearer,
            ])
    }

    private static func register(_ name: String, token: String, at hub: HubProgram, _ transport: CurlMultiLoop) async throws -> String {
        let answer = try await RESTClient(transport, apiKey: "").post(
            hub.url + "/api/v1/servers/register",
            [
                "name": .string(name), "hostname": .string(name), "ip": "0.0.0.0", "os": "linux", "repos": [:], "system_info": [:],
                "registration_token": .string(token), "machine_id": .string(name), "mac_address": "",
            ])
        return try #require(answer.body["api_key"]?.string)
    }

    /// A further server of the project, with its key.
    func server(_ name: String) async throws -> (agent: RESTClient, key: String) {
        let token = try await hub.run(["registration-token", "--project", "default"]).standard
        let key = try await Self.register(name, token: token, at: hub, transport)
        return (RESTClient(transport, apiKey: key), key)
    }

    func chat(_ person: World.Person) -> World.Chat.ID { .direct(bot: bot.id, person: person.id) }

    /// Says something in a chat.
    func say(_ text: String, by person: World.Person, in chat: World.Chat.ID) async throws -> World.Message {
        try await simulator.send(text, from: person, to: chat)
    }

    /// The first message of the bot after `message` that fits.
    func reply(
        to message: World.Message, where fits: @escaping @Sendable (World.Message) -> Bool = { _ in true }
    ) async throws -> World.Message {
        try await simulator.waitForMessage(in: message.chat, after: message) { $0.isFromBot && fits($0) }
    }

    /// Waits until the hub has written down that the message is there: one that is killed before posts it once more.
    func noted(_ message: World.Message) async throws {
        let database = try SQLiteDatabase(path: hub.database)
        defer { try? database.close() }
        let deadline = ContinuousClock.now + Simulator.patience
        while ContinuousClock.now < deadline {
            let isNoted = try await database.read {
                try $0.row("SELECT 1 FROM telegram_outbox WHERE message = \(message.id) AND state = 'sent'") != nil
            }
            if isNoted { return }
            try await Task.sleep(for: .milliseconds(20))  // between two looks
        }
        throw HubProgram.Failed(description: "the hub has not noted that it sent “\(message.text)”")
    }

    /// The work of the agent: the one task it has, once it is in that state.
    func task(in status: String) async throws -> JSONValue {
        try await task("in \(status)") { $0["status"]?.string == status }
    }

    /// The same by its title.
    func task(titled title: String) async throws -> JSONValue {
        try await task("called “\(title)”") { $0["title"]?.string == title }
    }

    private func task(_ what: String, where fits: (JSONValue) -> Bool) async throws -> JSONValue {
        let deadline = ContinuousClock.now + Simulator.patience
        while true {
            let answer = try await agent.get(hub.url + "/api/v1/server/tasks/check?wait=5")
            if let task = answer.body["tasks"]?.array?.first(where: fits) { return task }
            guard ContinuousClock.now < deadline else {
                let said = await simulator.transcript(chat(ada))
                throw HubProgram.Failed(description: "no task \(what): \(answer.status) \(answer.body.text); in the chat:\n\(said)")
            }
        }
    }

    @discardableResult
    func report(_ verb: String, on task: JSONValue, _ body: JSONValue) async throws -> Int {
        try await agent.post(hub.url + "/api/v1/server/tasks/\(task["id"]?.string ?? "")/\(verb)", body).status
    }

    /// What people's scripts see of a task now.
    func state(of task: JSONValue) async throws -> String? {
        try await people.get(hub.url + "/api/v1/tasks/\(task["id"]?.string ?? "")").body["status"]?.string
    }
}

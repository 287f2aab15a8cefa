import Foundation
import HTTPClient
import HubCore
import TelegramBot
import TelegramSimulator
import Testing

import enum HubCore.JSONValue
import class HubCore.Locked

/// What was answered is on disk, no command takes effect twice, no notification is lost, and buttons made before still work:
/// proved by killing a real process in the middle of real traffic.
@Suite(.serialized) struct KillTests {
    private static let kills = 50
    private static let jobsPerKill = 2

    @Test(.timeLimit(.minutes(5)))
    func `16 restart replay, 20 lost while offline, 27 buttons after restart: fifty kills at random points lose and double nothing`()
        async throws
    {
        let simulator = try await Simulator.start()
        let bot = await simulator.addBot(username: "fleet_bot")
        let ada = await simulator.addPerson(name: "Ada", username: "ada")
        let chat = World.Chat.ID.direct(bot: bot.id, person: ada.id)
        let hub = try HubProgram(environment: [
            "ORCHESTRATIA_BOT_TOKENS": bot.token, "ORCHESTRATIA_TELEGRAM_API_URL": simulator.url,
            "ORCHESTRATIA_TELEGRAM_FILE_URL": simulator.url + "/file", "ORCHESTRATIA_TELEGRAM_LIMITS": "none",
        ])
        let transport = try CurlMultiLoop()
        let address = Locked("")
        func start() async throws {
            try await hub.start()
            address.withLock { $0 = hub.url }
        }

        try await start()
        let hello = try await simulator.start(bot, by: ada, payload: try #require(hub.ready["pairing_code"]?.string))
        _ = try await simulator.waitForMessage(in: chat, after: hello) { $0.isFromBot }
        let bearer = try await hub.run(["api-token", "create", "--project", "default", "--role", "owner"]).standard
        let key = try await register(hub, transport)
        let agent = AgentUnderFire(client: RESTClient(transport, apiKey: key), url: { address.withLock { $0 } })
        let work = Task { await agent.run() }
        defer { work.cancel() }

        // Its plan waits through all that follows.
        let early = try await simulator.send("/new early job !plan", from: ada, to: bot)
        let earlyPlan = try await simulator.waitForMessage(in: chat, after: early) { $0.buttons.contains("Approve") }

        var asked: [World.Message] = []
        var random = SystemRandomNumberGenerator()
        for round in 0..<Self.kills {
            for job in 0..<Self.jobsPerKill {
                asked.append(try await simulator.send("/new job \(round * Self.jobsPerKill + job).", from: ada, to: bot))
            }
            try await ContinuousClock().sleep(for: .microseconds(Int.random(in: 0...120_000, using: &random)))  // a random point
            await hub.killWithoutWarning()
            try await start()
        }

        let people = RESTClient(transport, bearer: bearer)
        let expected = Set(asked.map { $0.text.replacing("/new ", with: "") })
        try await simulator.waitForChat(chat, timeout: .seconds(120)) { chat in
            // The answer is the task's card, which shows its title whatever became of it; the result is a message of its own.
            let bots = chat.messages.filter(\.isFromBot).map(\.text)
            return expected.allSatisfy { title in
                bots.count { $0.contains(title) } >= 2 && bots.contains { $0.contains(title) && $0.contains("done:") }
            }
        }
        let tasks = try await people.get(hub.url + "/api/v1/tasks?limit=1000").body["tasks"]?.array ?? []
        let titles = tasks.compactMap { $0["title"]?.string }.filter { $0 != "early job" }
        #expect(titles.count == expected.count, "a command took effect twice, or not at all")
        #expect(Set(titles) == expected)
        for task in tasks where task["title"]?.string != "early job" {
            #expect(task["status"]?.string == "done")
            #expect(task["attempt"]?.int == 1)
        }

        let toast = try await simulator.press("Approve", on: earlyPlan, by: ada)
        #expect(!toast.showAlert)
        _ = try await simulator.waitForMessage(in: chat, after: earlyPlan) {
            $0.text.contains("early job") && $0.text.contains("mended")
        }
        #expect(await hub.stop() == 0)
        #expect(try await hub.run(["audit", "verify"]).status == 0)
        work.cancel()
        await transport.shutdown()
        await simulator.shutdown()
    }

    private func register(_ hub: HubProgram, _ transport: CurlMultiLoop) async throws -> String {
        let token = try await hub.run(["registration-token", "--project", "default"]).standard
        let body: JSONValue = [
            "name": "mac-2", "hostname": "mac-2", "ip": "0.0.0.0", "os": "linux", "repos": [:],
            "system_info": ["capabilities": ["slots": 8]], "registration_token": .string(token), "machine_id": "m-1", "mac_address": "",
        ]
        let answer = try await RESTClient(transport, apiKey: "").post(hub.url + "/api/v1/servers/register", body)
        return try #require(answer.body["api_key"]?.string)
    }
}

import Foundation
import TelegramSimulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct PollingTests {
    private func ids(_ updates: [JSON]) -> [Int64] { updates.compactMap { $0["update_id"]?.integer } }

    @Test func anOffsetConfirmsAllBelowIt() async throws {
        try await Scene.with { scene async throws in
            for text in ["one", "two", "three"] { try await scene.simulator.send(text, from: scene.ada, to: scene.bot) }
            let all = ids(try await scene.client.updates())
            #expect(all.count == 3 && all[1] == all[0] + 1 && all[2] == all[1] + 1)
            #expect(ids(try await scene.client.updates()) == all, "a poll without an offset confirms nothing")
            #expect(ids(try await scene.client.updates(["offset": .integer(all[1])])) == Array(all[1...]))
            #expect(ids(try await scene.client.updates(["offset": .integer(all[2]), "limit": 1])) == [all[2]])
            #expect(try await scene.client.updates(["offset": .integer(all[2] + 1)]).isEmpty)
            #expect(try await scene.client.call("getWebhookInfo").result["pending_update_count"] == 0)
        }
    }

    @Test func aNegativeOffsetKeepsTheLastOnes() async throws {
        try await Scene.with { scene async throws in
            for text in ["one", "two", "three"] { try await scene.simulator.send(text, from: scene.ada, to: scene.bot) }
            let kept = try await scene.client.updates(["offset": -2])
            #expect(kept.compactMap { $0["message"]?["text"]?.string } == ["two", "three"])
            #expect(try await scene.client.updates().count == 2)
        }
    }

    @Test func anOffsetFarOutsideTheQueueConfirmsNothing() async throws {
        try await Scene.with { scene async throws in
            try await scene.simulator.send("one", from: scene.ada, to: scene.bot)
            let id = try #require(ids(try await scene.client.updates()).first)
            #expect(ids(try await scene.client.updates(["offset": .integer(id + 100)])) == [id])
            #expect(ids(try await scene.client.updates(["offset": .integer(id - 3_000_000)])) == [id])
        }
    }

    @Test func updatesGoOnAfterRenumberingDownwards() async throws {
        try await Scene.with { scene async throws in
            try await scene.simulator.send("one", from: scene.ada, to: scene.bot)
            let first = try #require(ids(try await scene.client.updates()).first)
            _ = try await scene.client.updates(["offset": .integer(first + 1)])
            await scene.simulator.renumberUpdates(of: scene.bot, from: 5_000)
            try await scene.simulator.send("two", from: scene.ada, to: scene.bot)
            #expect(ids(try await scene.client.updates(["offset": .integer(first + 1)])) == [5_000])
        }
    }

    @Test func redeliveredUpdatesComeOnceMoreWhateverTheOffset() async throws {
        try await Scene.with { scene async throws in
            try await scene.simulator.send("one", from: scene.ada, to: scene.bot)
            let id = try #require(ids(try await scene.client.updates()).first)
            #expect(try await scene.client.updates(["offset": .integer(id + 1)]).isEmpty)
            await scene.simulator.redeliver([Int(id)], of: scene.bot)
            #expect(ids(try await scene.client.updates(["offset": .integer(id + 1)])) == [id])
            #expect(try await scene.client.updates(["offset": .integer(id + 1)]).isEmpty)
        }
    }

    @Test func aLongPollAnswersAsSoonAsThereIsSomething() async throws {
        try await Scene.with { scene async throws in
            async let poll = scene.client.updates(["timeout": 30])
            try await scene.simulator.waitForPoll(of: scene.bot)
            #expect(await scene.simulator.pollsInFlight == 1)
            try await scene.simulator.send("hello", from: scene.ada, to: scene.bot)
            #expect(try await poll.first?["message"]?["text"] == "hello")
            #expect(await scene.simulator.pollsInFlight == 0)
        }
    }

    @Test func theNewerPollEndsTheOlderAndASecondConflictIsAnsweredLate() async throws {
        try await Scene.with { scene async throws in
            let other = BotClient(scene.simulator, scene.bot)
            let third = BotClient(scene.simulator, scene.bot)
            async let first = scene.client.call("getUpdates", ["timeout": 30])
            try await scene.simulator.waitForPoll(of: scene.bot)
            async let second = other.call("getUpdates", ["timeout": 30])
            let ended = try await first
            #expect(ended.status == 409)
            #expect(
                ended.description
                    == "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
            try await scene.simulator.waitForPoll(of: scene.bot)
            let began = ContinuousClock.now
            async let last = third.call("getUpdates", ["timeout": 30])
            #expect(try await second.status == 409)
            #expect(ContinuousClock.now - began > .seconds(1))
            try await scene.simulator.send("hello", from: scene.ada, to: scene.bot)
            #expect(try await last.status == 200)
        }
    }

    @Test func aWebhookForbidsPolling() async throws {
        try await Scene.with { scene async throws in
            #expect(try await scene.client.call("setWebhook", ["url": "https://example.org/hook"]).status == 200)
            let refused = try await scene.client.call("getUpdates")
            #expect(refused.status == 409)
            #expect(
                refused.description
                    == "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
            try await scene.client.call("deleteWebhook")
            #expect(try await scene.client.call("getUpdates").status == 200)
        }
    }

    @Test func allowedUpdatesStayAndWorkWhenAnUpdateIsMade() async throws {
        try await Scene.with { scene async throws in
            let message = try await scene.simulator.send("one", from: scene.ada, to: scene.bot)
            // By default without reactions.
            try await scene.simulator.react("👍", to: message, by: scene.ada)
            #expect(try await scene.client.updates(["allowed_updates": ["message_reaction"]]).count == 1, "what is queued stays")
            try await scene.simulator.send("two", from: scene.ada, to: scene.bot)
            try await scene.simulator.react("🔥", to: message, by: scene.ada)
            let updates = try await scene.client.updates()
            #expect(updates.count == 2 && updates[0]["message"] != nil)
            #expect(updates[1]["message_reaction"]?["new_reaction"]?[0]?["emoji"] == "🔥")
        }
    }

    @Test func aClientThatLeavesEndsItsPoll() async throws {
        try await Scene.with { scene async throws in
            let poll = Task { try await scene.client.call("getUpdates", ["timeout": 50]) }
            try await scene.simulator.waitForPoll(of: scene.bot)
            poll.cancel()
            _ = await poll.result
            let deadline = ContinuousClock.now + .seconds(60)
            while await scene.simulator.pollsInFlight > 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))  // between two looks
            }
            #expect(await scene.simulator.pollsInFlight == 0)
        }
    }

    @Test func shutdownEndsWaitingPolls() async throws {
        let simulator = try await Simulator.start()
        let bot = await simulator.addBot(username: "hub_bot")
        let client = BotClient(simulator, bot)
        let poll = Task { try await client.call("getUpdates", ["timeout": 50]) }
        try await simulator.waitForPoll(of: bot)
        await simulator.shutdown()
        await #expect(throws: (any Error).self) { try await poll.value }
    }
}

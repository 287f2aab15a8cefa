import Foundation
import FoundationNetworking
import TelegramSimulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    private func botMessages(_ scene: Scene) async -> [String] {
        await scene.simulator.messages(in: scene.chat).filter(\.isFromBot).map(\.text)
    }

    @Test func aFaultHitsItsMethodAndIsUsedUp() async throws {
        try await Scene.with { scene async throws in
            await scene.simulator.inject(.tooManyRequests(retryAfter: 7), method: "sendmessage", chat: scene.chat, times: 2)
            #expect(try await scene.client.call("getMe").status == 200)
            for _ in 0..<2 {
                let refused = try await scene.say("x")
                #expect(refused.status == 429 && refused.headers["retry-after"] == "7")
                #expect(refused.description == "Too Many Requests: retry after 7")
            }
            #expect(try await scene.say("x").status == 200)
            #expect(await botMessages(scene) == ["x"])
        }
    }

    @Test(arguments: [
        (Fault.Kind.internalServerError, 500), (.unauthorized, 401), (.blocked, 403), (.migrated(to: -100), 400), (.badGateway, 502),
        (.error(code: 400, description: "Bad Request: TOPIC_CLOSED"), 400),
    ])
    func aRefusalHasNoEffect(_ kind: Fault.Kind, _ status: Int) async throws {
        try await Scene.with { scene async throws in
            await scene.simulator.inject(kind)
            #expect(try await scene.say("x").status == status)
            #expect(await botMessages(scene).isEmpty)
        }
    }

    @Test func aBadGatewayIsAPage() async throws {
        try await Scene.with { scene async throws in
            await scene.simulator.inject(.badGateway)
            let page = try await scene.say("x")
            #expect(page.headers["content-type"] == "text/html" && page.body.string?.contains("502 Bad Gateway") == true)
        }
    }

    @Test(arguments: [(Fault.Kind.resetBeforeEffect, [] as [String]), (.resetAfterEffect, ["x"]), (.truncatedAnswer, ["x"])])
    func aBrokenConnectionIsAnErrorToTheClient(_ kind: Fault.Kind, _ shown: [String]) async throws {
        try await Scene.with { scene async throws in
            await scene.simulator.inject(kind, method: "sendMessage")
            // A connection of its own, for a client may repeat a request on one that was kept.
            let client = BotClient(scene.simulator, scene.bot)
            await #expect(throws: URLError.self) {
                try await client.call("sendMessage", ["chat_id": scene.adaID, "text": "x"])
            }
            #expect(await botMessages(scene) == shown)
        }
    }

    @Test func aHungCallWaitsUntilTheClientGivesUp() async throws {
        try await Scene.with { scene async throws in
            await scene.simulator.inject(.hang, method: "sendMessage")
            let call = Task { try await scene.say("x") }
            let deadline = ContinuousClock.now + .seconds(60)
            while await scene.simulator.callsHanging == 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))  // between two looks
            }
            #expect(await scene.simulator.callsHanging == 1)
            call.cancel()
            await #expect(throws: (any Error).self) { try await call.value }
            #expect(await botMessages(scene).isEmpty)
        }
    }

    @Test func aDelayOnlyTakesTime() async throws {
        try await Scene.with { scene async throws in
            await scene.simulator.inject(.delay(.milliseconds(300)), method: "sendMessage")
            let began = ContinuousClock.now
            #expect(try await scene.say("x").status == 200)
            #expect(ContinuousClock.now - began >= .milliseconds(300))
        }
    }

    @Test func waitingInVainTellsWhatWasThere() async throws {
        try await Scene.with { scene async throws in
            try await scene.say("something else")
            let error = await #expect(throws: Simulator.TimedOut.self) {
                try await scene.simulator.waitForMessage(in: scene.chat, timeout: .milliseconds(50)) { $0.text == "expected" }
            }
            #expect(error?.description.contains("Hub: something else") == true)
        }
    }
}

import Foundation
import TelegramSimulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct ButtonTests {
    private func keyboard(_ data: String) -> JSON { ["inline_keyboard": [[["text": "Approve", "callback_data": .string(data)]]]] }

    @Test func aPressWaitsForItsAnswer() async throws {
        try await Scene.with { scene async throws in
            try await scene.say("Plan", ["reply_markup": keyboard("k1")])
            let message = try #require(await scene.simulator.messages(in: scene.chat).last)
            async let answer = scene.simulator.press("Approve", on: message, by: scene.ada)
            let query = try await scene.client.nextCallbackQuery()
            #expect(query["data"] == "k1" && query["from"]?["id"] == scene.adaID && query["message"]?["text"] == "Plan")
            let parameters: JSON = ["callback_query_id": query["id"], "text": "Approved", "show_alert": true]
            #expect(try await scene.client.call("answerCallbackQuery", parameters).status == 200)
            #expect(try await answer == .init(text: "Approved", showAlert: true, url: nil))
            let second = try await scene.client.call("answerCallbackQuery", parameters)
            #expect(second.status == 400)
            #expect(second.description == "Bad Request: query is too old and response timeout expired or query ID is invalid")
        }
    }

    @Test func anExpiredPressCannotBeAnswered() async throws {
        let clock = Ticker()
        var configuration = Simulator.Configuration()
        configuration.now = { clock.now }
        configuration.callbackLifetime = 30
        try await Scene.with(configuration) { scene async throws in
            try await scene.say("Plan", ["reply_markup": keyboard("k1")])
            let message = try #require(await scene.simulator.messages(in: scene.chat).last)
            let id = try await scene.simulator.beginPress("k1", on: message, by: scene.ada)
            clock.advance(31)
            #expect(try await scene.client.call("answerCallbackQuery", ["callback_query_id": .string(id)]).status == 400)
        }
    }

    @Test func aPressOnADeletedMessageNamesItOnly() async throws {
        try await Scene.with { scene async throws in
            try await scene.say("Plan", ["reply_markup": keyboard("k1")])
            let message = try #require(await scene.simulator.messages(in: scene.chat).last)
            try await scene.client.call("deleteMessage", ["chat_id": scene.adaID, "message_id": .integer(Int64(message.id))])
            try await scene.simulator.beginPress("Approve", on: message, by: scene.ada)
            let query = try #require(try await scene.client.updates().first?["callback_query"])
            #expect(query["message"]?["date"] == 0 && query["message"]?["text"] == nil)
        }
    }

    @Test(
        arguments: [
            (["text": "x", "callback_data": ""], "BUTTON_DATA_INVALID"),
            (["text": "x", "callback_data": .string(String(repeating: "é", count: 33))], "BUTTON_DATA_INVALID"),
            (["text": "x"], "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
            (["text": "x", "callback_data": "y", "style": "green"], "invalid button style specified"),
            (["text": "x", "callback_data": "y", "colour": "z"], "unknown field \"colour\" of InlineKeyboardButton"),
        ] as [(JSON, String)])
    func wrongButtonsAreRefused(_ button: JSON, _ reason: String) async throws {
        try await Scene.with { scene async throws in
            let refused = try await scene.say("x", ["reply_markup": ["inline_keyboard": [[button]]]])
            #expect(refused.status == 400 && refused.description == "Bad Request: \(reason)")
        }
    }

    @Test func sixtyFourBytesOfDataFit() async throws {
        try await Scene.with { scene async throws in
            #expect(try await scene.say("x", ["reply_markup": keyboard(String(repeating: "é", count: 32))]).status == 200)
        }
    }
}

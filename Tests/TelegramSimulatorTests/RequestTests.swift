import Foundation
import TelegramSimulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct RequestTests {
    @Test func methodsAreFoundInAnyCaseAndByGet() async throws {
        try await Scene.with { scene async throws in
            #expect(try await scene.client.get("GETME").result["username"] == "hub_bot")
            let sent = try await scene.client.get("sendmessage?chat_id=\(scene.ada.id)&text=a%20b%2Bc+d")
            #expect(sent.result["text"] == "a b+c d")
        }
    }

    @Test func formsCarryObjectsAsText() async throws {
        try await Scene.with { scene async throws in
            let markup = "%7B%22inline_keyboard%22:[[%7B%22text%22:%22Yes%22,%22callback_data%22:%22y%22%7D]]%7D"
            let body = "chat_id=\(scene.ada.id)&text=Sure%3F&disable_notification=1&reply_markup=\(markup)"
            let sent = try await scene.client.send("sendMessage", type: "application/x-www-form-urlencoded", body: Array(body.utf8))
            #expect(sent.status == 200)
            let message = try #require(await scene.simulator.messages(in: scene.chat).last)
            #expect(message.buttons == ["Yes"] && message.isSilent)
        }
    }

    @Test func multipartCarriesFiles() async throws {
        try await Scene.with { scene async throws in
            let boundary = "xyz"
            let bytes: [UInt8] = [0, 13, 10, 45, 45, 120, 255]
            var body = Array(
                ("--xyz\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n\(scene.ada.id)\r\n"
                    + "--xyz\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\nThe log\r\n"
                    + "--xyz\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a \\\"b\\\".log\"\r\nContent-Type: text/plain\r\n\r\n")
                    .utf8)
            body += bytes + Array("\r\n--xyz--\r\n".utf8)
            let sent = try await scene.client.send("sendDocument", type: "multipart/form-data; boundary=\(boundary)", body: body)
            #expect(sent.status == 200, "\(sent.body)")
            #expect(sent.result["document"]?["file_name"] == "a \"b\".log")
            #expect(sent.result["caption"] == "The log")
            let message = try #require(await scene.simulator.messages(in: scene.chat).last)
            let attachment = try #require(message.attachment)
            #expect(await scene.simulator.file(attachment)?.bytes == bytes)

            let id = try #require(sent.result["document"]?["file_id"])
            let path = try #require(try await scene.client.call("getFile", ["file_id": id]).result["file_path"]?.string)
            let url = try #require(URL(string: "\(scene.simulator.url)/file/bot\(scene.bot.token)/\(path)"))
            #expect(try await scene.client.session.data(from: url).0 == Data(bytes))
            let again = try await scene.client.call("sendDocument", ["chat_id": scene.adaID, "document": id])
            #expect(again.status == 200, "a file id sends the file again")
        }
    }

    @Test(
        arguments: [
            ("sendMessage", ["chat_id": 1, "text": "x", "txet": "y"], "Bad Request: unknown parameter \"txet\""),
            ("sendMessage", ["chat_id": 1], "Bad Request: message text is empty"),
            ("sendMessage", ["text": "x"], "Bad Request: parameter \"chat_id\" is required"),
            ("sendMessage", ["chat_id": 1, "text": 5], "Bad Request: parameter \"text\" has a wrong type"),
            ("getUpdates", ["offset": "1"], "Bad Request: parameter \"offset\" has a wrong type"),
            ("sendMessage", ["chat_id": 1, "text": "x"], "Bad Request: chat not found"),
        ] as [(String, JSON, String)])
    func wrongParametersAreRefused(_ method: String, _ parameters: JSON, _ description: String) async throws {
        try await Scene.with { scene async throws in
            let refused = try await scene.client.call(method, parameters)
            #expect(refused.status == 400)
            #expect(refused.body["ok"] == false)
            #expect(refused.body["error_code"] == 400)
            #expect(refused.description == description)
        }
    }

    @Test func unknownTokensAndMethodsAreRefused() async throws {
        try await Scene.with { scene async throws in
            #expect(try await BotClient(scene.simulator, token: "1:x").call("getMe").status == 401)
            #expect(try await scene.client.call("getMee").status == 404)
            await scene.simulator.revokeToken(of: scene.bot)
            let refused = try await scene.client.call("getMe")
            #expect(refused.status == 401 && refused.description == "Unauthorized")
        }
    }

    @Test(arguments: ["", "{", "[]", "{\"chat_id\":", String(repeating: "[", count: 10_000)])
    func brokenJSONIsRefused(_ body: String) async throws {
        try await Scene.with { scene async throws in
            let refused = try await scene.client.send("sendMessage", type: "application/json", body: Array(body.utf8))
            #expect(refused.status == 400)
        }
    }

    @Test func callsAreLoggedWithoutTokens() async throws {
        try await Scene.with { scene async throws in
            try await scene.say("hello")
            let calls = await scene.simulator.calls(of: "sendmessage", by: scene.bot)
            #expect(calls.count == 1)
            #expect(calls.first?.method == "sendMessage" && calls.first?.parameters["text"] == "hello" && calls.first?.status == 200)
            #expect(!"\(await scene.simulator.calls)".contains(scene.bot.token))
        }
    }

    @Test func limitsAnswerWithTheSecondsToWait() async throws {
        let clock = Ticker()
        var configuration = Simulator.Configuration()
        configuration.now = { clock.now }
        configuration.limits = Limits(privatePerSecond: 2, groupPerMinute: 3)
        try await Scene.with(configuration) { scene async throws in
            #expect(try await scene.say("1").status == 200)
            #expect(try await scene.say("2").status == 200)
            let refused = try await scene.say("3")
            #expect(refused.status == 429)
            #expect(refused.body["parameters"]?["retry_after"] == 1)
            #expect(refused.headers["retry-after"] == "1")
            clock.advance(1)
            #expect(try await scene.say("3").status == 200)

            let group = await scene.simulator.addGroup(title: "Team", people: [scene.ada], bots: [scene.bot])
            for text in ["1", "2", "3"] {
                clock.advance(10)
                #expect(
                    try await scene.client.call("sendMessage", ["chat_id": .integer(group.number), "text": .string(text)]).status == 200)
            }
            let late = try await scene.client.call("sendMessage", ["chat_id": .integer(group.number), "text": "4"])
            #expect(late.body["parameters"]?["retry_after"] == 40)
        }
    }
}

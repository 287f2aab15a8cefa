import Foundation
import HubTesting
import TelegramSimulator
import Testing

/// The page in a real browser.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: Browser.isInstalled)) struct ChatPageTests {
    private func withPage(_ body: (Scene, World.Chat.ID, BrowserPage) async throws -> Void) async throws {
        try await Scene.with { scene async throws in
            let group = await scene.simulator.addGroup(title: "Release crew", people: [scene.ada, scene.grace], bots: [scene.bot])
            let browser = try await Browser.launch()
            do {
                let page = try await browser.open("\(scene.simulator.url)/#person=\(scene.ada.id)&chat=d:\(scene.bot.id):\(scene.ada.id)")
                try await page.wait(until: "document.body.dataset.connected === 'true' && document.querySelector('.message')")
                try await body(scene, group, page)
                #expect(await page.problems() == [])
            } catch {
                await browser.close()
                throw error
            }
            await browser.close()
        }
    }

    @Test func aButtonAppearsAndIsPressed() async throws {
        try await withPage { scene, _, page in
            try await scene.say(
                "<b>Plan</b> for /task_42",
                ["parse_mode": "HTML", "reply_markup": ["inline_keyboard": [[["text": "Approve", "callback_data": "ok"]]]]])
            try await page.click(".keyboard button", text: "Approve")
            let query = try await scene.client.nextCallbackQuery()
            #expect(query["data"] == "ok")
            try await scene.client.call("answerCallbackQuery", ["callback_query_id": query["id"], "text": "Approved by Ada"])
            try await page.wait(until: "document.querySelector('#toast.shown')?.textContent === 'Approved by Ada'")
            let id = try #require(query["message"]?["message_id"])
            try await scene.client.call("editMessageText", ["chat_id": scene.adaID, "message_id": id, "text": "Approved"])
            try await page.wait(until: "!document.querySelector('.keyboard') && document.body.innerText.includes('edited')")
        }
    }

    @Test func aTypedMessageAndATappedCommandReachTheBot() async throws {
        try await withPage { scene, _, page in
            try await page.type("hello there", into: "#text")
            try await page.press("Enter")
            _ = try await scene.simulator.waitForMessage(in: scene.chat) { $0.text == "hello there" }
            try await scene.say("see /task_42")
            try await page.click(".command", text: "/task_42")
            let sent = try await scene.simulator.waitForMessage(in: scene.chat) { $0.text == "/task_42" }
            #expect(sent.sender == .person(scene.ada.id))
        }
    }

    @Test func aSampleIsSentWithOneClick() async throws {
        try await withPage { scene, _, page in
            await scene.simulator.offer(
                .init(
                    label: "Send a pipeline", name: "sale.yaml", mimeType: "application/yaml", bytes: Array("tasks: []".utf8),
                    caption: "/pipeline"))
            try await page.click("#samples button", text: "Send a pipeline")
            let sent = try await scene.simulator.waitForMessage(in: scene.chat) { $0.attachment?.name == "sale.yaml" }
            #expect(sent.text == "/pipeline" && sent.sender == .person(scene.ada.id))
            #expect(await scene.simulator.file(try #require(sent.attachment))?.bytes == Array("tasks: []".utf8))
        }
    }

    @Test func twoPeopleTalkInAGroup() async throws {
        try await withPage { scene, group, page in
            try await page.click(".chat", text: "Release crew")
            try await page.type("from Ada", into: "#text")
            try await page.click("#send")
            try await page.wait(until: "document.querySelector('.message.own')?.innerText.includes('from Ada')")
            try await page.click("#who button", text: "Grace")
            try await page.wait(until: "document.querySelector('.message:not(.own)')?.innerText.includes('from Ada')")
            try await page.type("from Grace", into: "#text")
            try await page.click("#send")
            let sent = try await scene.simulator.waitForMessage(in: group) { $0.text == "from Grace" }
            #expect(sent.sender == .person(scene.grace.id))
        }
    }

    /// Below those that the kernel gives to whoever asks for any (`ip_local_port_range`), so that the port is free when it is wanted again.
    private func startOnLastingPort(_ configuration: inout Simulator.Configuration) async throws -> Simulator {
        for _ in 1...50 {
            configuration.port = .random(in: 20_000..<32_768)
            // Taken by a program of this machine: another will do.
            if let simulator = try? await Simulator.start(configuration) { return simulator }
        }
        // Says why not.
        return try await Simulator.start(configuration)
    }

    /// A child that another test has forked holds the old listener until it becomes its program.
    private func startAgain(_ configuration: Simulator.Configuration) async throws -> Simulator {
        let limit = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < limit {
            if let simulator = try? await Simulator.start(configuration) { return simulator }
            try await Task.sleep(for: .milliseconds(20))  // between two tries
        }
        return try await Simulator.start(configuration)
    }

    @Test func thePageComesBackAfterARestart() async throws {
        var configuration = Simulator.Configuration()
        let first = try await startOnLastingPort(&configuration)
        let ada = await first.addPerson(name: "Ada")
        try await first.start(await first.addBot(username: "old_bot", name: "Old"), by: ada)
        let browser = try await Browser.launch()
        let page = try await browser.open(first.url)
        try await page.wait(until: "document.body.innerText.includes('Old')")
        await first.shutdown()
        try await page.wait(until: "document.body.dataset.connected === 'false'")
        let second = try await startAgain(configuration)
        let grace = await second.addPerson(name: "Grace")
        try await second.start(await second.addBot(username: "new_bot", name: "New"), by: grace)
        try await page.wait(until: "document.body.dataset.connected === 'true' && document.body.innerText.includes('New')")
        await browser.close()
        await second.shutdown()
    }

    @Test func hostileTextStaysText() async throws {
        try await withPage { scene, _, page in
            let hostile = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
            try await scene.say(hostile)
            try await scene.say(
                "link", ["entities": [["type": "text_link", "offset": 0, "length": 4, "url": "javascript:document.title='owned'"]]])
            try await page.wait(until: "document.body.innerText.includes(\(BrowserPage.quote(hostile)))")
            let found = try await page.evaluate(
                "document.querySelectorAll('#log script, #log img, #log a[href^=javascript]').length", as: Int.self)
            #expect(found == 0)
            #expect(try await page.evaluate("document.title", as: String.self) != "owned")
        }
    }

    @Test func aQuestionOpensTheReplyBoxAndCommandsAreSuggested() async throws {
        try await withPage { scene, _, page in
            try await scene.client.call(
                "setMyCommands",
                ["commands": [["command": "tasks", "description": "All tasks"], ["command": "new", "description": "A new task"]]])
            try await page.type("/ta", into: "#text")
            try await page.click("#suggestions button", text: "/tasks")
            _ = try await scene.simulator.waitForMessage(in: scene.chat) { $0.text == "/tasks" }
            try await scene.say("Which branch?", ["reply_markup": ["force_reply": true, "input_field_placeholder": "branch"]])
            try await page.wait(until: "!document.getElementById('replybar').hidden")
            try await page.type("main", into: "#text")
            try await page.press("Enter")
            let answer = try await scene.simulator.waitForMessage(in: scene.chat) { $0.text == "main" }
            #expect(answer.replyTo != nil)
        }
    }
}

import Foundation
import TelegramSimulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct MessageTests {
    private func entities(_ response: BotClient.Response) -> [String] {
        (response.result["entities"]?.array ?? []).map { entity in
            "\(entity["type"]?.string ?? "") \(entity["offset"]?.integer ?? -1) \(entity["length"]?.integer ?? -1)"
                + (entity["url"]?.string.map { " \($0)" } ?? "") + (entity["language"]?.string.map { " \($0)" } ?? "")
        }
    }

    @Test(
        arguments: [
            ("<b>a &lt; b</b>", "a < b", ["bold 0 5"]),
            ("<b>x<i>y</i></b> 😀<u>z</u>", "xy 😀z", ["bold 0 2", "italic 1 1", "underline 5 1"]),
            ("<pre><code class=\"language-swift\">let a</code></pre>", "let a", ["pre 0 5 swift"]),
            ("<a href='https://e.org/?a=1&amp;b=2'>l</a>", "l", ["text_link 0 1 https://e.org/?a=1&b=2"]),
            ("<blockquote expandable>q</blockquote><tg-spoiler>s</tg-spoiler>", "qs", ["expandable_blockquote 0 1", "spoiler 1 1"]),
            ("  <code> a</code>  ", " a", ["code 0 2"]),
            (
                "see /task_42 of @ada, #later https://e.org/x.", "see /task_42 of @ada, #later https://e.org/x.",
                ["bot_command 4 8", "mention 16 4", "hashtag 22 6", "url 29 15"]
            ),
            ("/etc/passwd &lt;/script&gt; a/b /ok", "/etc/passwd </script> a/b /ok", ["bot_command 26 3"]),
            ("&#128512;&#x41;&amp;&unknown;", "😀A&&unknown;", []),
        ] as [(String, String, [String])])
    func parsesHTML(_ html: String, _ text: String, _ expected: [String]) async throws {
        try await Scene.with { scene async throws in
            let sent = try await scene.say(html, ["parse_mode": "HTML"])
            #expect(sent.status == 200, "\(sent.body)")
            #expect(sent.result["text"] == .string(text))
            #expect(entities(sent) == expected)
        }
    }

    @Test(arguments: [
        ("Array<int>", "Bad Request: can't parse entities: Unsupported start tag \"int\" at byte offset 5"),
        ("<b>x", "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("<b>x</i>", "Bad Request: can't parse entities: Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("x</b>", "Bad Request: can't parse entities: Unexpected end tag at byte offset 1"),
        ("<b", "Bad Request: can't parse entities: Unclosed start tag at byte offset 0"),
        ("<b></b>  ", "Bad Request: message text is empty"),
    ])
    func refusesBrokenHTML(_ html: String, _ description: String) async throws {
        try await Scene.with { scene async throws in
            let refused = try await scene.say(html, ["parse_mode": "HTML"])
            #expect(refused.status == 400)
            #expect(refused.description == description)
        }
    }

    @Test(arguments: [
        (0, 3, "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 3"),
        (0, 1, "Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 0"),
        (1, 1, "Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 0"),
        (-1, 1, "Bad Request: receive an entity with incorrect offset -1"),
    ])
    func refusesEntitiesThatDoNotFit(_ offset: Int64, _ length: Int64, _ description: String) async throws {
        try await Scene.with { scene async throws in
            let entity: JSON = ["type": "bold", "offset": .integer(offset), "length": .integer(length)]
            let refused = try await scene.say("😀", ["entities": [entity]])
            #expect(refused.status == 400)
            #expect(refused.description == description)
        }
    }

    @Test func lengthCountsUTF16UnitsAfterParsing() async throws {
        try await Scene.with { scene async throws in
            #expect(try await scene.say(String(repeating: "😀", count: 2048)).status == 200)
            #expect(try await scene.say(String(repeating: "😀", count: 2048) + "x").description == "Bad Request: message is too long")
            let bold = "<b>" + String(repeating: "&lt;", count: 4096) + "</b>  "
            #expect(try await scene.say(bold, ["parse_mode": "HTML"]).status == 200)
            let id = try #require(try await scene.say("x").result["message_id"])
            let long = try await scene.client.call(
                "editMessageText", ["chat_id": scene.adaID, "message_id": id, "text": .string(String(repeating: "x", count: 4097))])
            #expect(long.description == "Bad Request: MESSAGE_TOO_LONG")
        }
    }

    @Test func messageIdsRunPerBotAcrossItsPrivateChats() async throws {
        try await Scene.with { scene async throws in
            try await scene.simulator.start(scene.bot, by: scene.grace)
            let other = await scene.simulator.addBot(username: "other_bot")
            try await scene.simulator.start(other, by: scene.ada)
            let first = try await scene.say("x").result["message_id"]?.integer
            let second = try await scene.client.call("sendMessage", ["chat_id": .integer(scene.grace.id), "text": "y"])
            #expect(first == 3 && second.result["message_id"] == 4)
            let foreign = try await BotClient(scene.simulator, other).call("sendMessage", ["chat_id": scene.adaID, "text": "z"])
            #expect(foreign.result["message_id"] == 2)
        }
    }

    @Test func editsKeepHistoryAndRemoveTheKeyboardUnlessItIsRepeated() async throws {
        try await Scene.with { scene async throws in
            let markup: JSON = ["inline_keyboard": [[["text": "Go", "callback_data": "go"]]]]
            let id = try #require(try await scene.say("one", ["reply_markup": markup]).result["message_id"])
            let same = try await scene.client.call(
                "editMessageText", ["chat_id": scene.adaID, "message_id": id, "text": "one \n", "reply_markup": markup])
            #expect(same.status == 400 && same.description.hasPrefix("Bad Request: message is not modified"))
            let edited = try await scene.client.call("editMessageText", ["chat_id": scene.adaID, "message_id": id, "text": "two"])
            #expect(edited.result["text"] == "two" && edited.result["reply_markup"] == nil && edited.result["edit_date"] != nil)
            let message = try #require(await scene.simulator.messages(in: scene.chat).last)
            #expect(message.versions.map(\.text) == ["one"] && message.buttons.isEmpty)
            let own = try #require(await scene.simulator.messages(in: scene.chat).first)
            let foreign = try await scene.client.call(
                "editMessageText", ["chat_id": scene.adaID, "message_id": .integer(Int64(own.id)), "text": "x"])
            #expect(foreign.description == "Bad Request: message can't be edited")
            let none = try await scene.client.call("editMessageText", ["chat_id": scene.adaID, "message_id": 999, "text": "x"])
            #expect(none.description == "Bad Request: message to edit not found")
        }
    }

    @Test func repliesNeedTheirTargetUnlessAllowed() async throws {
        try await Scene.with { scene async throws in
            let target = try await scene.simulator.send("question", from: scene.ada, to: scene.bot)
            let reply: JSON = ["message_id": .integer(Int64(target.id))]
            #expect(try await scene.say("answer", ["reply_parameters": reply]).result["reply_to_message"]?["text"] == "question")
            #expect(
                try await scene.say("x", ["reply_parameters": ["message_id": 999]]).description
                    == "Bad Request: message to be replied not found")
            let sent = try await scene.say("x", ["reply_parameters": ["message_id": 999, "allow_sending_without_reply": true]])
            #expect(sent.status == 200 && sent.result["reply_to_message"] == nil)
        }
    }

    @Test func deletingSkipsOnlyInBulk() async throws {
        try await Scene.with { scene async throws in
            let id = try #require(try await scene.say("x").result["message_id"])
            #expect(try await scene.client.call("deleteMessages", ["chat_id": scene.adaID, "message_ids": [id, 999]]).status == 200)
            let again = try await scene.client.call("deleteMessage", ["chat_id": scene.adaID, "message_id": id])
            #expect(again.description == "Bad Request: message to delete not found")
        }
    }

    @Test func onlyListedEmojiAreReactions() async throws {
        try await Scene.with { scene async throws in
            let message = try await scene.simulator.send("x", from: scene.ada, to: scene.bot)
            func react(_ emoji: String) async throws -> BotClient.Response {
                try await scene.client.call(
                    "setMessageReaction",
                    [
                        "chat_id": scene.adaID, "message_id": .integer(Int64(message.id)),
                        "reaction": [["type": "emoji", "emoji": .string(emoji)]],
                    ])
            }
            for emoji in ["👀", "✍", "👌", "⚡"] { #expect(try await react(emoji).status == 200) }
            #expect(await scene.simulator.message(message.id, in: scene.chat)?.reactions == [.bot(scene.bot.id): "⚡"])
            for emoji in ["✅", "🚀", "x"] { #expect(try await react(emoji).description == "Bad Request: REACTION_INVALID") }
        }
    }

    @Test func commandsFollowTheMostSpecificScope() async throws {
        try await Scene.with { scene async throws in
            func set(_ name: String, _ scope: JSON?) async throws -> Int {
                try await scene.client.call(
                    "setMyCommands", ["commands": [["command": .string(name), "description": "d"]], "scope": scope]
                ).status
            }
            #expect(try await set("everyone", nil) == 200)
            #expect(try await set("private", ["type": "all_private_chats"]) == 200)
            #expect(try await set("ada", ["type": "chat", "chat_id": scene.adaID]) == 200)
            #expect(try await set("Wrong", nil) == 400)
            #expect(await scene.simulator.commands(for: scene.ada, in: scene.chat).map(\.command) == ["ada"])
            let other = World.Chat.ID.direct(bot: scene.bot.id, person: scene.grace.id)
            #expect(await scene.simulator.commands(for: scene.grace, in: other).map(\.command) == ["private"])
            let group = await scene.simulator.addGroup(title: "Team", people: [scene.ada], bots: [scene.bot])
            #expect(await scene.simulator.commands(for: scene.ada, in: group).map(\.command) == ["everyone"])
        }
    }

    @Test func draftsArePrivateAndEndWithTheMessage() async throws {
        try await Scene.with { scene async throws in
            let draft: JSON = ["chat_id": scene.adaID, "draft_id": 7, "text": "so far"]
            #expect(try await scene.client.call("sendMessageDraft", draft).status == 200)
            #expect(await scene.simulator.chat(scene.chat)?.draft?.text == "so far")
            try await scene.say("all of it")
            #expect(await scene.simulator.chat(scene.chat)?.draft == nil)
            let group = await scene.simulator.addGroup(title: "Team", people: [scene.ada], bots: [scene.bot])
            let refused = try await scene.client.call(
                "sendMessageDraft", ["chat_id": .integer(group.number), "draft_id": 7, "text": "x"])
            #expect(refused.description == "Bad Request: TEXTDRAFT_PEER_INVALID")
        }
    }
}

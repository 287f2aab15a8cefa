import Foundation
import TelegramSimulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct GroupTests {
    private func texts(_ updates: [JSON]) -> [String] { updates.compactMap { $0["message"]?["text"]?.string } }

    @Test func privacyModeShowsOnlyWhatIsMeantForTheBot() async throws {
        try await Scene.with { scene async throws in
            let group = await scene.simulator.addGroup(title: "Team", people: [scene.ada, scene.grace], bots: [scene.bot])
            let sent = try await scene.client.call("sendMessage", ["chat_id": .integer(group.number), "text": "hello"])
            let own = try #require(sent.result["message_id"]?.integer)
            let message = try #require(await scene.simulator.message(Int(own), in: group))
            for text in ["chatter", "/tasks", "/tasks@other_bot", "/tasks@hub_bot", "hey @hub_bot"] {
                try await scene.simulator.send(text, from: scene.grace, to: group)
            }
            try await scene.simulator.send("a reply", from: scene.ada, to: group, replyTo: message)
            let expected = ["/tasks", "/tasks@hub_bot", "hey @hub_bot", "a reply"]
            #expect(texts(try await scene.client.updates()) == expected)
            try await scene.simulator.setMembership(of: scene.bot.id, in: group, to: .administrator, by: scene.ada)
            try await scene.simulator.send("chatter too", from: scene.grace, to: group)
            #expect(texts(try await scene.client.updates()) == expected + ["chatter too"])
        }
    }

    @Test func aBareCommandGoesToTheBotThatSpokeLast() async throws {
        try await Scene.with { scene async throws in
            let other = await scene.simulator.addBot(username: "other_bot")
            let group = await scene.simulator.addGroup(title: "Team", people: [scene.ada], bots: [scene.bot, other])
            try await scene.client.call("sendMessage", ["chat_id": .integer(group.number), "text": "hello"])
            try await scene.simulator.send("/tasks", from: scene.ada, to: group)
            #expect(texts(try await scene.client.updates()) == ["/tasks"])
            #expect(texts(try await BotClient(scene.simulator, other).updates()).isEmpty)
        }
    }

    @Test func aBlockedOrRemovedBotIsRefusedAndTold() async throws {
        try await Scene.with { scene async throws in
            try await scene.simulator.blockBot(scene.bot, by: scene.ada)
            let blocked = try await scene.say("x")
            #expect(blocked.status == 403 && blocked.description == "Forbidden: bot was blocked by the user")
            let change = try #require(try await scene.client.updates().last?["my_chat_member"])
            #expect(change["new_chat_member"]?["status"] == "kicked" && change["chat"]?["type"] == "private")
            try await scene.simulator.send("hello again", from: scene.ada, to: scene.bot)
            #expect(try await scene.say("x").status == 200)

            let group = await scene.simulator.addGroup(title: "Team", people: [scene.ada], bots: [scene.bot])
            try await scene.simulator.kickBot(scene.bot, from: group, by: scene.ada)
            let kicked = try await scene.client.call("sendMessage", ["chat_id": .integer(group.number), "text": "x"])
            #expect(kicked.status == 403 && kicked.description == "Forbidden: bot was kicked from the supergroup chat")
            let stranger = try await scene.client.call("sendMessage", ["chat_id": .integer(scene.grace.id), "text": "x"])
            #expect(stranger.status == 403 && stranger.description == "Forbidden: bot can't initiate conversation with a user")
        }
    }

    @Test func aMigratedGroupNamesItsSuccessor() async throws {
        try await Scene.with { scene async throws in
            let group = await scene.simulator.addGroup(title: "Team", people: [scene.ada], bots: [scene.bot], kind: .group)
            let successor = try await scene.simulator.migrate(group, by: scene.ada)
            let refused = try await scene.client.call("sendMessage", ["chat_id": .integer(group.number), "text": "x"])
            #expect(refused.status == 400)
            #expect(refused.body["parameters"]?["migrate_to_chat_id"] == .integer(successor.number))
            #expect(String(successor.number).hasPrefix("-100"))
            let updates = try await scene.client.updates()
            #expect(updates.contains { $0["message"]?["migrate_to_chat_id"] == .integer(successor.number) })
            #expect(updates.contains { $0["message"]?["migrate_from_chat_id"] == .integer(group.number) })
            #expect(try await scene.client.call("sendMessage", ["chat_id": .integer(successor.number), "text": "x"]).status == 200)
        }
    }

    @Test func topicsHaveTheirRules() async throws {
        try await Scene.with { scene async throws in
            let group = await scene.simulator.addGroup(title: "Forum", people: [scene.ada], bots: [scene.bot], isForum: true)
            let chat = JSON.integer(group.number)
            #expect(try await scene.client.call("createForumTopic", ["chat_id": chat, "name": "Task 42"]).status == 400, "no rights yet")
            try await scene.simulator.setMembership(of: scene.bot.id, in: group, to: .administrator, by: scene.ada)
            let created = try await scene.client.call("createForumTopic", ["chat_id": chat, "name": "Task 42"])
            let topic = try #require(created.result["message_thread_id"])
            let sent = try await scene.client.call("sendMessage", ["chat_id": chat, "message_thread_id": topic, "text": "x"])
            #expect(sent.result["message_thread_id"] == topic && sent.result["is_topic_message"] == true)
            #expect(sent.result["reply_to_message"]?["forum_topic_created"]?["name"] == "Task 42")
            for thread: JSON in [1, 99] {
                let refused = try await scene.client.call("sendMessage", ["chat_id": chat, "message_thread_id": thread, "text": "x"])
                #expect(refused.description == "Bad Request: message thread not found")
            }
            #expect(try await scene.client.call("sendMessage", ["chat_id": chat, "text": "x"]).result["message_thread_id"] == nil)
            #expect(
                try await scene.client.call("sendChatAction", ["chat_id": chat, "message_thread_id": 1, "action": "typing"]).status == 200)
            let parameters: JSON = ["chat_id": chat, "message_thread_id": topic]
            #expect(try await scene.client.call("closeForumTopic", parameters).status == 200)
            #expect(try await scene.client.call("closeForumTopic", parameters).description == "Bad Request: TOPIC_NOT_MODIFIED")
            #expect(try await scene.client.call("reopenForumTopic", parameters).status == 200)
            #expect(
                try await scene.client.call("editForumTopic", ["chat_id": chat, "message_thread_id": topic, "name": "Task 43"]).status
                    == 200)
            #expect(await scene.simulator.chat(group)?.topics.values.map(\.name) == ["Task 43"])
            #expect(try await scene.client.call("deleteForumTopic", parameters).status == 200)
            let gone = try await scene.client.call("sendMessage", ["chat_id": chat, "message_thread_id": topic, "text": "x"])
            #expect(gone.description == "Bad Request: message thread not found")
        }
    }

    @Test func membersAreKnownByTheirStatus() async throws {
        try await Scene.with { scene async throws in
            let group = await scene.simulator.addGroup(title: "Team", people: [scene.ada], bots: [scene.bot])
            func status(_ account: Int64) async throws -> JSON? {
                try await scene.client.call("getChatMember", ["chat_id": .integer(group.number), "user_id": .integer(account)]).result[
                    "status"]
            }
            #expect(try await status(scene.ada.id) == "creator")
            #expect(try await status(scene.bot.id) == "member")
            #expect(try await status(scene.grace.id) == "left")
            #expect(try await scene.client.call("getChat", ["chat_id": .integer(group.number)]).result["type"] == "supergroup")
        }
    }
}

import Foundation
import Testing

@testable import TelegramBot

@Suite struct UpdateTests {
    private func update(_ json: String) throws -> Update { try Update(json: Data(json.utf8)) }

    private func message(_ fields: String) throws -> Message {
        let update = try update(
            #"{"update_id":1,"message":{"message_id":7,"date":10,"chat":{"id":-100,"type":"supergroup","is_forum":true},\#(fields)}}"#)
        guard case .message(let message) = update.content else { throw TooLate() }
        return message
    }

    @Test func aMessageIsDecoded() throws {
        let message = try message(
            #""from":{"id":9007199254740991,"is_bot":false,"first_name":"A","last_name":"B"},"text":"/new 👀 x","entities":[{"type":"bot_command","offset":0,"length":4},{"type":"never_seen","offset":5,"length":2},{"type":"bold"}],"message_thread_id":9,"is_topic_message":true,"unknown":{"a":[1,{}]}"#
        )
        #expect(message.from == User(id: 9_007_199_254_740_991, firstName: "A", lastName: "B"))
        #expect(
            message.entities == [TextEntity(.botCommand, offset: 0, length: 4), TextEntity(.other("never_seen"), offset: 5, length: 2)])
        #expect(message.entities.map { message.text(of: $0) } == ["/new", "👀"])
        #expect(message.destination == Destination(chat: -100, topic: 9))
        #expect(message.replyTo == nil && message.service == nil && !message.isCaption)
    }

    @Test func theMessageThatOpenedATopicIsNoReply() throws {
        let topic = #""message_thread_id":9,"is_topic_message":true,"text":"x""#
        let opening = #"{"message_id":9,"date":1,"chat":{"id":-100,"type":"supergroup"},"forum_topic_created":{"name":"t","icon_color":1}}"#
        #expect(try message(#"\#(topic),"reply_to_message":\#(opening)"#).replyTo == nil)
        #expect(try message(#"\#(topic),"reply_to_message":{"message_id":9,"chat":{"id":-100,"type":"supergroup"}}"#).replyTo == nil)
        let real = try message(
            #"\#(topic),"reply_to_message":{"message_id":12,"date":2,"chat":{"id":-100,"type":"supergroup"},"text":"spec"}"#)
        #expect(real.replyTo?.message.id == 12 && real.replyTo?.message.text == "spec")
    }

    @Test func captionsFilesAndForwardsAreDecoded() throws {
        let message = try message(
            #""caption":"c","caption_entities":[{"type":"italic","offset":0,"length":1}],"document":{"file_id":"f","file_name":"p.yaml","file_size":12,"thumbnail":{}},"photo":[{"file_id":"a","width":1,"height":2},{"broken":1}],"forward_origin":{"type":"hidden_user"}"#
        )
        #expect(message.text == "c" && message.isCaption && message.isForwarded)
        #expect(message.entities == [TextEntity(.italic, offset: 0, length: 1)])
        #expect(message.document == Document(fileID: "f", name: "p.yaml", size: 12))
        #expect(message.photo == [PhotoSize(fileID: "a", width: 1, height: 2)])
    }

    @Test(
        "service messages say what happened",
        arguments: [
            (
                #""new_chat_members":[{"id":1,"is_bot":true,"first_name":"B"}]"#,
                Message.Service.newMembers([User(id: 1, isBot: true, firstName: "B")])
            ),
            (#""left_chat_member":{"id":1,"first_name":"B"}"#, .leftMember(User(id: 1, firstName: "B"))),
            (#""migrate_to_chat_id":-1001234567890"#, .migratedTo(-1_001_234_567_890)),
            (#""migrate_from_chat_id":-5"#, .migratedFrom(-5)),
            (#""forum_topic_created":{"name":"t","icon_color":1}"#, .topicCreated(name: "t")),
            (#""forum_topic_edited":{}"#, .topicEdited(name: nil)),
            (#""forum_topic_closed":{}"#, .topicClosed),
            (#""forum_topic_reopened":{}"#, .topicReopened),
        ])
    func service(fields: String, expected: Message.Service) throws {
        #expect(try message(fields).service == expected)
    }

    @Test func aPressOnAnInaccessibleMessageIsDecoded() throws {
        let update = try update(
            #"{"update_id":2,"callback_query":{"id":"q","from":{"id":3,"first_name":"A"},"message":{"chat":{"id":3,"type":"private"},"message_id":4,"date":0},"chat_instance":"1","data":"k"}}"#
        )
        guard case .callbackQuery(let query) = update.content else { throw TooLate() }
        #expect(query.id == "q" && query.data == "k" && query.from.id == 3)
        #expect(query.message?.address == MessageAddress(chat: 3, message: 4) && query.message?.date == 0)
        #expect(update.chat?.id == 3)
    }

    @Test func blocksAndReactionsAreDecoded() throws {
        let change = try update(
            #"{"update_id":3,"my_chat_member":{"chat":{"id":3,"type":"private"},"from":{"id":3,"first_name":"A"},"date":1,"old_chat_member":{"status":"member","user":{"id":1,"first_name":"B"}},"new_chat_member":{"status":"kicked","user":{"id":1,"first_name":"B"},"until_date":0}}}"#
        )
        guard case .myChatMember(let member) = change.content else { throw TooLate() }
        #expect(member.old.isPresent && member.new.status == .kicked && !member.new.isPresent)
        let reaction = try update(
            #"{"update_id":4,"message_reaction":{"chat":{"id":-3,"type":"group"},"message_id":8,"date":1,"user":{"id":3,"first_name":"A"},"old_reaction":[],"new_reaction":[{"type":"custom_emoji","custom_emoji_id":"1"},{"type":"emoji","emoji":"👍"}]}}"#
        )
        guard case .messageReaction(let reacted) = reaction.content else { throw TooLate() }
        #expect(reacted.emoji == ["👍"] && reacted.message == 8)
    }

    @Test(
        "whatever an update holds, its id is known",
        arguments: [
            (#"{"update_id":5,"stopped_message_generation":{"chat":{}}}"#, Update.Content.other("stopped_message_generation")),
            (#"{"update_id":5}"#, .other("")),
            (#"{"message":{"text":"no chat"},"update_id":5}"#, .malformed("message")),
            (#"{"message":7,"update_id":5}"#, .malformed("message")),
            (#"{"update_id":5,"callback_query":{"id":1}}"#, .malformed("callback_query")),
        ])
    func tolerant(json: String, expected: Update.Content) throws {
        let update = try update(json)
        #expect(update.id == 5)
        #expect(update.content == expected)
    }

    @Test func aTextThatIsNoUnicodeIsLostAndNothingElse() throws {
        let message = try message(#""text":"\ud800","document":{"file_id":"f"}"#)
        #expect(message.text == nil && message.document?.fileID == "f")
    }

    @Test(arguments: ["", "{}", "[]", #"{"update_id":"x"}"#, #"{"update_id":5"#, #"{"update_id":1.5}"#])
    func withoutAnIdThereIsNoUpdate(json: String) {
        #expect(throws: Update.Unidentifiable.self) { try Update(json: Data(json.utf8)) }
    }

    @Test func aBatchKeepsEachUpdateByteForByte() throws {
        let first = #"{"update_id":10, "message":{"text":"a,]}\"[{ é"}}"#
        let second = #"{"update_id":9,"message":{"text":"\ud800"}}"#
        let batch = try UpdateBatch(json: Data("[\(first) ,\n\(second), {\"no\":1}, 7]".utf8))
        #expect(batch.updates.map(\.id) == [10, 9])
        #expect(batch.updates.map { String(decoding: $0.json, as: UTF8.self) } == [first, second])
        #expect(batch.unidentifiable == 2)
        #expect(batch.nextOffset == 10, "the last one counts, wherever the numbering went")
        #expect(try UpdateBatch(json: Data("[]".utf8)).nextOffset == nil)
        #expect(throws: BotAPIError.self) { try UpdateBatch(json: Data("{}".utf8)) }
    }

    @Test func aChainOfRepliesIsFollowedOnce() throws {
        var json = #"{"message_id":1,"chat":{"id":1,"type":"private"},"text":"end"}"#
        for number in 2..<40 { json = #"{"message_id":\#(number),"chat":{"id":1,"type":"private"},"reply_to_message":\#(json)}"# }
        guard case .message(let message) = try update(#"{"update_id":1,"message":\#(json)}"#).content else { throw TooLate() }
        #expect(message.replyTo?.message.id == 38)
        #expect(message.replyTo?.message.replyTo == nil)
    }

    @Test func cutAnywhereAnUpdateNeverCrashes() {
        let whole = Array(
            #"{"update_id":5,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"text":"a\"b","entities":[{"type":"bold","offset":0,"length":1}]}}"#
                .utf8)
        var dice = Dice(7)
        for length in 0..<whole.count {
            #expect(throws: Update.Unidentifiable.self) { try Update(json: Data(whole[..<length])) }
        }
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice) }
            if let update = try? Update(json: Data(bytes)), case .message(let message) = update.content {
                for entity in message.entities { _ = message.text(of: entity) }
            }
        }
    }
}

import Foundation
import HTTPClient
import Testing

@testable import TelegramBot

@Suite struct BotAPIClientTests {
    private let here = Destination(chat: -100_123, topic: 9)
    private let message = MessageAddress(chat: 5, message: 7)

    @Test func aMessageIsSentWithItsEntitiesAndOptions() async throws {
        let transport = FakeTransport(result: sentMessage)
        let keyboard = InlineKeyboard([[.init("Yes", .callback("k1"), style: .success), .init("Docs", .url("https://example.com"))]])
        let sent = try await client(transport).sendMessage(
            "a " + .bold("b") + .pre("c", language: "swift") + .link("d", to: "https://example.com") + " \n", to: here,
            options: SendOptions(replyTo: 3, markup: .inline(keyboard), isSilent: true))
        #expect(sent.id == 7)
        #expect(
            transport.lastBody
                == #"{"chat_id":-100123,"message_thread_id":9,"text":"a bcd","entities":[{"type":"bold","offset":2,"length":1},"#
                + #"{"type":"pre","offset":3,"length":1,"language":"swift"},{"type":"text_link","offset":4,"length":1,"url":"https://example.com"}],"#
                + #""link_preview_options":{"is_disabled":true},"reply_parameters":{"message_id":3,"allow_sending_without_reply":true},"#
                + #""disable_notification":true,"reply_markup":{"inline_keyboard":[[{"text":"Yes","callback_data":"k1","style":"success"},"#
                + #"{"text":"Docs","url":"https://example.com"}]]}}"#)
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://api.telegram.org/bot123456:\(secret)/sendMessage")
        #expect(!request.isRepeatable)
        #expect(request.limits.total == .seconds(30))
    }

    @Test func generalIsAddressedWithoutATopic() {
        #expect(Destination(chat: -100_123, topic: 1).topic == nil)
        #expect(Destination(chat: 123, topic: 1).topic == 1)
    }

    @Test func updatesAreAskedForWithTheListOfKindsEveryTime() async throws {
        let transport = FakeTransport(result: "[]")
        _ = try await client(transport).updates(from: 12, timeout: 50, allowed: [.message, .callbackQuery])
        #expect(transport.lastBody == #"{"offset":12,"limit":100,"timeout":50,"allowed_updates":["message","callback_query"]}"#)
        #expect(transport.requests.first?.limits.total == .seconds(60))
        #expect(transport.requests.first?.isRepeatable == true)
        _ = try await client(transport).updates(from: nil, limit: 1, timeout: 0, allowed: [])
        #expect(transport.lastBody == #"{"limit":1,"timeout":0,"allowed_updates":[]}"#)
    }

    @Test func simpleCallsUseTheDocumentedNames() async throws {
        let transport = FakeTransport(result: "true")
        let client = try client(transport)
        func sends(_ method: String, _ body: String) {
            #expect(transport.requests.last?.url.hasSuffix("/\(method)") == true)
            #expect(transport.lastBody == body)
            #expect(transport.requests.last?.isRepeatable == true)
        }
        try await client.editMessage(message, text: .code("x"), keyboard: InlineKeyboard([]))
        sends(
            "editMessageText",
            #"{"chat_id":5,"message_id":7,"text":"x","entities":[{"type":"code","offset":0,"length":1}],"#
                + #""link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[]}}"#)
        try await client.editKeyboard(of: message, to: nil)
        sends("editMessageReplyMarkup", #"{"chat_id":5,"message_id":7}"#)
        try await client.deleteMessage(message)
        sends("deleteMessage", #"{"chat_id":5,"message_id":7}"#)
        try await client.deleteMessages([7, 8], in: 5)
        sends("deleteMessages", #"{"chat_id":5,"message_ids":[7,8]}"#)
        try await client.setReaction("👀", on: message)
        sends("setMessageReaction", #"{"chat_id":5,"message_id":7,"reaction":[{"type":"emoji","emoji":"👀"}]}"#)
        try await client.setReaction(nil, on: message)
        sends("setMessageReaction", #"{"chat_id":5,"message_id":7,"reaction":[]}"#)
        try await client.sendChatAction(.uploadDocument, to: here)
        sends("sendChatAction", #"{"chat_id":-100123,"message_thread_id":9,"action":"upload_document"}"#)
        try await client.answer(callbackQuery: "q", text: "No", asAlert: true)
        sends("answerCallbackQuery", #"{"callback_query_id":"q","text":"No","show_alert":true}"#)
        try await client.setCommands([BotCommand(name: "new", summary: "Create")], for: .chatMember(chat: -1, user: 2), language: "de")
        sends(
            "setMyCommands",
            #"{"commands":[{"command":"new","description":"Create"}],"scope":{"type":"chat_member","chat_id":-1,"user_id":2},"language_code":"de"}"#
        )
        try await client.deleteCommands(for: .allPrivateChats)
        sends("deleteMyCommands", #"{"scope":{"type":"all_private_chats"}}"#)
        try await client.deleteWebhook()
        sends("deleteWebhook", "{}")
        try await client.sendMessageDraft("…", draft: 3, to: Destination(chat: 5))
        sends("sendMessageDraft", #"{"chat_id":5,"draft_id":3,"text":"…"}"#)
        try await client.editForumTopic(9, in: -1, name: "n")
        sends("editForumTopic", #"{"chat_id":-1,"message_thread_id":9,"name":"n"}"#)
        try await client.reopenForumTopic(9, in: -1)
        sends("reopenForumTopic", #"{"chat_id":-1,"message_thread_id":9}"#)
        try await client.pinMessage(message)
        sends("pinChatMessage", #"{"chat_id":5,"message_id":7,"disable_notification":true}"#)
    }

    @Test func queriesDecodeTheirResults() async throws {
        let me = try await client(
            FakeTransport(
                result: #"{"id":1,"is_bot":true,"first_name":"Hub","username":"hub_bot","can_read_all_group_messages":true,"new":[1]}"#)
        ).me()
        #expect(me == User(id: 1, isBot: true, firstName: "Hub", username: "hub_bot", readsAllGroupMessages: true))
        let webhook = try await client(FakeTransport(result: #"{"url":"","pending_update_count":4,"has_custom_certificate":false}"#))
            .webhookInfo()
        #expect(webhook == WebhookInfo(url: "", pendingUpdateCount: 4))
        let topic = try await client(FakeTransport(result: #"{"message_thread_id":33,"name":"n","icon_color":7322096}"#))
            .createForumTopic(named: "n", in: -1)
        #expect(topic.id == 33)
        let member = try await client(
            FakeTransport(result: #"{"status":"administrator","user":{"id":1,"is_bot":true,"first_name":""},"can_manage_topics":true}"#)
        )
        .member(1, of: -1)
        #expect(member.status == .administrator && member.canManageTopics && member.isPresent)
        let chat = try await client(
            FakeTransport(result: #"{"id":-1001,"type":"supergroup","title":"t","is_forum":true,"permissions":{}}"#)
        ).chat(-1001)
        #expect(chat == Chat(id: -1001, kind: .supergroup, title: "t", isForum: true))
    }

    @Test func aDocumentIsAFormWhoseNestedValuesAreJSON() async throws {
        let transport = FakeTransport(result: sentMessage)
        try await client(transport).sendDocument(
            OutgoingFile(name: "a\"b\r\nc/é.txt", contents: Data("bytes\0".utf8)), caption: .bold("cap"), to: here,
            options: SendOptions(markup: .inline(InlineKeyboard([[.init("x", .callback("y"))]])), isSilent: true))
        let request = try #require(transport.requests.first)
        let type = try #require(request.headers.first { $0.name == "Content-Type" }?.value)
        let boundary = try #require(type.split(separator: "boundary=").last)
        let expected = [
            "--\(boundary)", #"Content-Disposition: form-data; name="chat_id""#, "", "-100123",
            "--\(boundary)", #"Content-Disposition: form-data; name="message_thread_id""#, "", "9",
            "--\(boundary)", #"Content-Disposition: form-data; name="caption""#, "", "cap",
            "--\(boundary)", #"Content-Disposition: form-data; name="caption_entities""#, "", #"[{"type":"bold","offset":0,"length":3}]"#,
            "--\(boundary)", #"Content-Disposition: form-data; name="disable_notification""#, "", "true",
            "--\(boundary)", #"Content-Disposition: form-data; name="reply_markup""#, "",
            #"{"inline_keyboard":[[{"text":"x","callback_data":"y"}]]}"#,
            "--\(boundary)", #"Content-Disposition: form-data; name="document"; filename="a_b__c_é.txt""#,
            "Content-Type: application/octet-stream", "", "bytes\0",
            "--\(boundary)--", "",
        ].joined(separator: "\r\n")
        #expect(transport.lastBody == expected)
        #expect(!request.isRepeatable)
        #expect(request.limits.total == nil && request.limits.stall == .seconds(30))
    }

    @Test func whatIsDoneAlreadyIsNoError() async throws {
        func refusing(_ description: String) throws -> BotAPIClient {
            try client(FakeTransport(status: 400, body: #"{"ok":false,"error_code":400,"description":"Bad Request: \#(description)"}"#))
        }
        #expect(try await refusing("message is not modified: specified new …").editMessage(message, text: "x") == false)
        #expect(try await refusing("message to delete not found").deleteMessage(message) == false)
        #expect(
            try await refusing("query is too old and response timeout expired or query ID is invalid").answer(callbackQuery: "q") == false)
        #expect(try await refusing("TOPIC_NOT_MODIFIED").editForumTopic(2, in: -1, name: "n") == false)
    }

    @Test func theWaitOf429ComesFromTheParametersOrElseTheHeaderOrElseTheText() async throws {
        func wait(_ body: String, _ headers: [(name: String, value: String)] = []) async throws -> BotAPIError? {
            let client = try client(FakeTransport(status: 429, body: body, headers: headers))
            return await #expect(throws: BotAPIError.self) { try await client.me() }
        }
        let parameters = #"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}"#
        let text = #"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 6"}"#
        #expect(try await wait(parameters, [("Retry-After", "9")]) == .retryAfter(5))
        #expect(try await wait(text, [("retry-after", "7")]) == .retryAfter(7))
        #expect(try await wait(text) == .retryAfter(6))
        #expect(try await wait("<html>slow down</html>", [("Retry-After", "8")]) == .retryAfter(8))
        #expect(try await wait(#"{"ok":false,"parameters":{"retry_after":-3}}"#) == .retryAfter(1))
        #expect(try await wait(#"{"ok":false,"parameters":{"retry_after":"soon"}}"#) == .retryAfter(1))
    }

    @Test(
        "an answer that is not the API's is the server's failure",
        arguments: [
            "<html>502 Bad Gateway</html>", "", #"{"ok":true,"result":{"id":1"#, #"{"ok":true}"#, "[]", "null", #"{"ok":"yes","result":1}"#,
            #"{"result":1}"#, #"{"ok":true,"result":[1]}"#,
        ])
    func unreadable(body: String) async throws {
        let client = try client(FakeTransport(status: 200, body: body))
        let error = try #require(await #expect(throws: BotAPIError.self) { try await client.me() })
        #expect(error.remedy == .backOffUncertain)
    }

    @Test("only the API's own 404 says that a method is not known: a proxy's page says that the server is away")
    func missing() async throws {
        func error(_ body: String) async throws -> BotAPIError {
            let client = try client(FakeTransport(status: 404, body: body))
            return try #require(await #expect(throws: BotAPIError.self) { try await client.me() })
        }
        #expect(try await error(#"{"ok":false,"error_code":404,"description":"Not Found: method not found"}"#) == .methodUnknown)
        for page in ["<html>404 Not Found</html>", "", "404 page not found"] {
            #expect(try await error(page).remedy == .backOffUncertain)
        }
    }

    @Test func aHostileAnswerNeitherCrashesNorLeaks() async throws {
        let deep = String(repeating: "[", count: 200_000)
        for body in [
            deep, #"{"ok":true,"result":"# + deep,
            #"{"ok":true,"result":\#(String(repeating: "[", count: 600))1\#(String(repeating: "]", count: 600))}"#,
        ] {
            let client = try client(FakeTransport(status: 200, body: body))
            await #expect(throws: BotAPIError.self) { try await client.me() }
        }
        let echoing = try client(
            FakeTransport(status: 400, body: #"{"ok":false,"error_code":400,"description":"no /bot123456:\#(secret)/x"}"#))
        let error = try #require(await #expect(throws: BotAPIError.self) { try await echoing.me() })
        #expect(error == .rejected(status: 400, description: "no /bot123456:***/x"))
    }

    @Test func aFileIsReadFromTheFileURL() async throws {
        let transport = FakeTransport(status: 200, body: "contents")
        let data = try await client(transport).download(FileReference(id: "f", size: 8, path: "documents/file 1.txt"))
        #expect(data == Data("contents".utf8))
        #expect(transport.requests.first?.url == "https://api.telegram.org/file/bot123456:\(secret)/documents/file%201.txt")
    }

    @Test(
        "a file that is too large or lies elsewhere is not read",
        arguments: [
            FileReference(id: "f", size: 101, path: "a"), FileReference(id: "f", path: "/etc/passwd"),
            FileReference(id: "f", path: "a/../../b"), FileReference(id: "f"),
        ])
    func refusedFile(file: FileReference) async throws {
        let transport = FakeTransport(status: 200, body: "x")
        let client = try client(transport)
        await #expect(throws: BotAPIError.self) { try await client.download(file, limit: 100) }
        #expect(transport.requests.isEmpty)
    }

    @Test func aFileLargerThanItsSizeSaidIsTooLarge() async throws {
        let client = try client(FakeTransport([.failure(HTTPTransportError(.maybeSent, .answerTooLarge))]))
        let error = await #expect(throws: BotAPIError.self) { try await client.download(FileReference(id: "f", path: "a"), limit: 10) }
        #expect(error == .tooLarge("the file is larger than allowed"))
    }
}

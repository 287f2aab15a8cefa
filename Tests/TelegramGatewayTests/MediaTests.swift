import Foundation
import HTTPClient
import HubCore
import TelegramBot
import TelegramSimulator
import Testing

/// Files and pictures between the real client and the simulated Bot API.
@Suite(.timeLimit(.minutes(3))) struct MediaTests {
    private func with(_ body: (Simulator, World.Bot, World.Person, BotAPIClient) async throws -> Void) async throws {
        let simulator = try await Simulator.start()
        let transport = try CurlMultiLoop()
        do {
            let bot = await simulator.addBot(username: "hub_bot")
            let ada = await simulator.addPerson(name: "Ada")
            try await simulator.start(bot, by: ada)
            let token = try #require(BotToken(bot.token))
            let client = BotAPIClient(token: token, transport: transport, baseURL: simulator.url, fileURL: simulator.url + "/file")
            try await body(simulator, bot, ada, client)
        } catch {
            await transport.shutdown()
            await simulator.shutdown()
            throw error
        }
        await transport.shutdown()
        await simulator.shutdown()
    }

    /// The head of a PNG of this size: all that a server looks at before it shows one.
    private static func png(_ width: UInt8, _ height: UInt8) -> Data {
        Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, width, 0, 0, 0, height])
    }

    @Test("a picture is sent, and replaced in place with caption and buttons")
    func pictures() async throws {
        try await with { simulator, bot, ada, client in
            let chat = World.Chat.ID.direct(bot: bot.id, person: ada.id)
            let keyboard = InlineKeyboard([[.init("Refresh", .callback("r"))]])
            let sent = try await client.sendPhoto(
                OutgoingFile(name: "screen.png", contents: Self.png(8, 4)), caption: MessageText("first"),
                to: Destination(chat: ada.id), options: SendOptions(markup: .inline(keyboard)))
            #expect(sent.photo.last?.width == 8 && sent.isCaption && sent.text == "first")
            let address = MessageAddress(chat: ada.id, message: sent.id)
            let file = OutgoingFile(name: "screen.png", contents: Self.png(16, 9))
            #expect(try await client.editMedia(of: address, photo: file, caption: .bold("second"), keyboard: keyboard))
            let shown = try #require(await simulator.message(sent.id, in: chat))
            #expect(shown.attachment?.width == 16 && shown.text == "second" && shown.buttons == ["Refresh"])
            #expect(shown.entities.map(\.kind) == ["bold"] && shown.versions.count == 1)
            #expect(try await client.editCaption(of: address, to: MessageText("third")))
            #expect(try await client.editCaption(of: address, to: MessageText("third")) == false)
            let last = try #require(await simulator.message(sent.id, in: chat))
            #expect(last.text == "third" && last.buttons.isEmpty && last.attachment?.width == 16)
        }
    }

    @Test("what is no picture, too wide or too large is refused, the last of them before it is sent")
    func refusals() async throws {
        try await with { simulator, _, ada, client in
            let sent = try await client.sendPhoto(
                OutgoingFile(name: "a.png", contents: Self.png(8, 4)), to: Destination(chat: ada.id))
            let address = MessageAddress(chat: ada.id, message: sent.id)
            await #expect(throws: BotAPIError.rejected(status: 400, description: "Bad Request: IMAGE_PROCESS_FAILED")) {
                try await client.editMedia(of: address, photo: OutgoingFile(name: "a.png", contents: Data("text".utf8)))
            }
            await #expect(throws: BotAPIError.rejected(status: 400, description: "Bad Request: PHOTO_INVALID_DIMENSIONS")) {
                try await client.sendPhoto(OutgoingFile(name: "a.png", contents: Self.png(200, 2)), to: Destination(chat: ada.id))
            }
            let calls = await simulator.calls.count
            await #expect(throws: BotAPIError.tooLarge("the file has 10000001 bytes, more than 10000000")) {
                try await client.sendPhoto(
                    OutgoingFile(name: "a.png", contents: Data(count: 10_000_001)), to: Destination(chat: ada.id))
            }
            await #expect(throws: BotAPIError.tooLarge("the file has 50000001 bytes, more than 50000000")) {
                try await client.sendDocument(
                    OutgoingFile(name: "a.bin", contents: Data(count: 50_000_001)), to: Destination(chat: ada.id))
            }
            #expect(await simulator.calls.count == calls)
        }
    }

    @Test("a document that a person sends is fetched whole, and a quoted line comes with the reply")
    func incoming() async throws {
        try await with { simulator, bot, ada, client in
            let chat = World.Chat.ID.direct(bot: bot.id, person: ada.id)
            let screen = try await client.sendMessage(MessageText("one\ntwo\nthree"), to: Destination(chat: ada.id))
            let target = try #require(await simulator.message(screen.id, in: chat))
            let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await simulator.sendDocument(named: "a.bin", bytes, from: ada, to: chat, replyTo: target)
            try await simulator.send("why?", from: ada, to: chat, replyTo: target, quote: "two")
            let batch = try await client.updates(from: nil, timeout: 0, allowed: [.message])
            let messages = batch.updates.compactMap { raw -> Message? in
                guard let update = try? Update(json: raw.json), case .message(let message) = update.content else { return nil }
                return message
            }
            let document = try #require(messages.compactMap(\.document).last)
            #expect(document.name == "a.bin" && document.size == 100_000)
            #expect(try await client.download(client.file(document.fileID)) == Data(bytes))
            await #expect(throws: BotAPIError.tooLarge("the file has 100000 bytes, more than 99999")) {
                try await client.download(client.file(document.fileID), limit: 99_999)
            }
            #expect(messages.last?.quote == "two" && messages.last?.replyTo?.message.id == screen.id)
            await #expect(throws: World.PersonError.notInMessage) {
                try await simulator.send("x", from: ada, to: chat, replyTo: target, quote: "four")
            }
        }
    }
}

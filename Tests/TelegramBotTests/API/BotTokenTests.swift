import Testing

@testable import TelegramBot

@Suite struct BotTokenTests {
    @Test func aTokenKnowsItsBotAndHidesItsSecret() throws {
        let token = try #require(BotToken(" 123456:\(secret)\n"))
        #expect(token.id == 123_456)
        #expect(token.secret == "123456:\(secret)")
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped, "\([token])", "\(Optional(token) as Any)"] {
            #expect(!text.contains(secret))
            #expect(text.contains("123456"))
        }
    }

    @Test(
        "what is no token is refused",
        arguments: [
            "", "123456", "123456:", ":\(secret)", "12x:\(secret)", "1:2:\(secret)", "0:\(secret)", "-5:\(secret)", "123456:short",
            "123456:with/slash/0123456789", "٣:\(secret)",
        ])
    func noToken(text: String) {
        #expect(BotToken(text) == nil)
    }

    @Test func redactionFindsTokensAnywhere() {
        #expect(BotToken.redacting("GET /bot123456:\(secret)/getMe failed") == "GET /bot123456:***/getMe failed")
        #expect(BotToken.redacting("123456:\(secret) 99999999:\(secret)") == "123456:*** 99999999:***")
        for harmless in ["12:34:56 started", "http://localhost:8080/status_page_of_hub", "no colon", "", "日本語: text", "2026:abc"] {
            #expect(BotToken.redacting(harmless) == harmless)
        }
    }
}

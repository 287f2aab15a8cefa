import Foundation
import Testing

@testable import TelegramBot

@Suite struct MessageTextTests {
    @Test func partsAreJoinedWithTheirEntitiesMovedInUTF16() {
        let text = "👨‍👩‍👧 " + MessageText.bold("bold") + "é " + .code("x < y") + .link("l", to: "u") + .pre("p", language: "go")
        #expect(text.text == "👨‍👩‍👧 boldé x < ylp")
        #expect(text.utf16Count == text.text.utf16.count)
        #expect(
            text.entities == [
                TextEntity(.bold, offset: 9, length: 4), TextEntity(.code, offset: 15, length: 5),
                TextEntity(.textLink(url: "u"), offset: 20, length: 1),
                TextEntity(.pre(language: "go"), offset: 21, length: 1),
            ])
        #expect(text.entities.first?.substring(of: text.text) == "bold")
        #expect([MessageText("a"), .bold("b"), "c"].joined(separator: ", ").text == "a, b, c")
    }

    @Test func aQuotationHoldsFormattingButNoQuotation() {
        let quote = MessageText.quote("a" + .bold("b") + .quote("c"), isExpandable: true)
        #expect(
            quote.entities == [TextEntity(.blockquote(isExpandable: true), offset: 0, length: 3), TextEntity(.bold, offset: 1, length: 1)])
        #expect(MessageText.quote("").entities.isEmpty && MessageText.bold("").entities.isEmpty)
    }

    @Test func textIsTrimmedAsTheServerDoes() {
        #expect(MessageText("abc\n").normalized() == MessageText("abc"))
        #expect(MessageText(" \n abc \n ").normalized() == MessageText("abc"))
        #expect(("  " + MessageText.pre("  code\n\n") + " \n").normalized() == .pre("  code"))
        #expect(MessageText(" \n").normalized().isEmpty)
        #expect(MessageText.pre("\n  ").normalized().isEmpty)
        #expect(MessageText("a\r\nb\0c\u{1b}[31m\u{7f}\u{9b}\u{202e}d").normalized() == MessageText("a\nbc[31md"))
        #expect(("\0\ta" + MessageText.bold("b\0\0b") + "\0" + .code("c")).normalized() == "a" + .bold("bb") + .code("c"))
        #expect(("x\t" + MessageText.bold("b")).normalized() == "x    " + .bold("b"))
    }

    @Test func clippingLeavesWholeCharactersAndSaysSo() {
        #expect(MessageText("abcdef").clipped(to: 6) == "abcdef")
        #expect(MessageText("abcdef").clipped(to: 5) == "abcd…")
        #expect(MessageText("ab👍🏽cd").clipped(to: 5) == "ab…")
        #expect(MessageText.bold("abcdef").clipped(to: 3) == .bold("ab") + "…")
        #expect(MessageText("abc").clipped(to: 1) == "…")
        #expect(MessageText("abc").clipped(to: 0) == "")
    }

    @Test func aTextSurvivesBeingStored() throws {
        let text =
            "👍 " + MessageText.bold("b") + .pre("p", language: "go") + .pre("q") + .link("l", to: "https://example.com")
            + .quote("z", isExpandable: true)
        #expect(try JSONDecoder().decode(MessageText.self, from: JSONEncoder().encode(text)) == text)
        let forged = Data(
            #"{"text":"ab","entities":[{"type":"bold","offset":1,"length":99},{"type":"code","offset":-1,"length":2},{}]}"#.utf8)
        #expect(try JSONDecoder().decode(MessageText.self, from: forged) == "a" + .bold("b"))
        let markup = ReplyMarkup.inline(InlineKeyboard([[.init("x", .callback("y"), style: .danger), .init("u", .webApp(url: "z"))]]))
        let options = SendOptions(replyTo: 3, markup: markup, isSilent: true)
        #expect(try JSONDecoder().decode(SendOptions.self, from: JSONEncoder().encode(options)) == options)
        #expect(text.withoutFormatting == MessageText(text.text))
    }

    @Test func entitiesOutsideOfTheTextAreClippedOrDropped() {
        let text = MessageText(
            "abc",
            entities: [
                TextEntity(.bold, offset: 2, length: 9), TextEntity(.code, offset: 3, length: 1),
                TextEntity(.italic, offset: -2, length: 3),
                TextEntity(.spoiler, offset: 1, length: -1),
            ])
        #expect(text.entities == [TextEntity(.italic, offset: 0, length: 1), TextEntity(.bold, offset: 2, length: 1)])
        #expect(TextEntity(.bold, offset: 1, length: 1).substring(of: "👍") == nil)
        #expect(TextEntity(.bold, offset: 1, length: 5).substring(of: "ab") == nil)
    }
}

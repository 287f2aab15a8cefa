import Foundation
import Testing

@testable import TelegramBot

@Suite struct SplittingTests {
    /// What must hold for the parts of any text.
    private func check(_ text: MessageText, limit: Int = 4096, sourceLocation: SourceLocation = #_sourceLocation) -> [MessageText] {
        let parts = text.split(limit: limit)
        func visible(_ text: String) -> String { String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != " " && $0 != "\n" })) }
        #expect(
            visible(parts.map(\.text).joined()).unicodeScalars.elementsEqual(visible(text.normalized().text).unicodeScalars),
            sourceLocation: sourceLocation)
        for part in parts {
            #expect(!part.isEmpty && part.utf16Count <= limit && part.utf16Count == part.text.utf16.count, sourceLocation: sourceLocation)
            #expect(part == part.normalized(), "nothing is left for the server to trim", sourceLocation: sourceLocation)
            #expect(part.entities.count <= 100, sourceLocation: sourceLocation)
            #expect(!part.text.unicodeScalars.contains("\u{fffd}"), sourceLocation: sourceLocation)
            for entity in part.entities {
                #expect(entity.length > 0 && entity.substring(of: part.text) != nil, sourceLocation: sourceLocation)
            }
        }
        return parts
    }

    @Test func shortTextStaysWholeAndEmptyTextVanishes() {
        #expect(MessageText("abc").split() == ["abc"])
        #expect(MessageText(" \n\0 ").split().isEmpty)
        #expect(MessageText(String(repeating: "x", count: 4096)).split().count == 1)
        #expect(MessageText(String(repeating: "x", count: 4097)).split().map(\.utf16Count) == [4096, 1])
    }

    @Test func aBlankLineGoesBeforeANewlineBeforeASpace() {
        #expect(check("one two\n\nthree four\nfive", limit: 20).map(\.text) == ["one two\n\nthree four", "five"])
        #expect(check("aaaa bbbb\n\ncc dd\nee ff gg", limit: 17).map(\.text) == ["aaaa bbbb", "cc dd\nee ff gg"])
        #expect(check("aaaa bbbb\ncccc dddd eeee", limit: 16).map(\.text) == ["aaaa bbbb", "cccc dddd eeee"])
        #expect(check("aaaa bbbb cccc dddd", limit: 11).map(\.text) == ["aaaa bbbb", "cccc dddd"])
    }

    @Test func aBlockOfCodeGoesOnInItsLanguageAndKeepsItsIndentation() {
        let code = (0..<1000).map { "    let value\($0) = \($0)" }.joined(separator: "\n")
        let parts = check("Result:\n" + .pre(code, language: "swift"))
        #expect(parts.count > 4)
        for part in parts.dropFirst() {
            #expect(part.entities == [TextEntity(.pre(language: "swift"), offset: 0, length: part.utf16Count)])
            #expect(part.text.hasPrefix("    let value"))
        }
    }

    @Test func aShortLinkIsNotCut() {
        let text = MessageText(String(repeating: "x", count: 4090)) + .link("the long name", to: "https://example.com") + "tail"
        let parts = check(text)
        #expect(parts.map(\.utf16Count) == [4090, 17])
        #expect(parts[1].entities == [TextEntity(.textLink(url: "https://example.com"), offset: 0, length: 13)])
    }

    @Test func aLongQuotationIsClippedIntoEachPart() {
        let parts = check(.quote(MessageText(String(repeating: "word ", count: 2000)), isExpandable: true))
        #expect(parts.allSatisfy { $0.entities == [TextEntity(.blockquote(isExpandable: true), offset: 0, length: $0.utf16Count)] })
    }

    @Test(
        "long texts of every sort are split without loss",
        arguments: ["x", "word ", "line\n", "👍🏽", "👨‍👩‍👧‍👦", "e\u{301}", "🇩🇪", "日本", "a\n\n", "\t", "\r\n|", " \n x"])
    func longTexts(unit: String) {
        for length in [5_000, 100_000] {
            let text = String(repeating: unit, count: length / unit.utf16.count)
            let parts = check(MessageText(text))
            for part in parts where unit.contains("👨") || unit.contains("👍") {
                #expect(part.text.replacing(unit, with: "").isEmpty, "no character was cut")
            }
        }
    }

    @Test func oneCharacterLongerThanAMessageIsCutBetweenItsScalars() {
        let parts = check(MessageText("a" + String(repeating: "\u{301}", count: 10_000)))
        #expect(parts.count == 3)
        _ = check(MessageText("a" + String(repeating: "\u{1d167}", count: 5_000)), limit: 4095)
    }

    @Test func randomTextsAreSplitWithoutLoss() {
        let pieces = ["word", " ", "\n", "\n\n", "👍🏽", "e\u{301}", "👨‍👩‍👧", "  ", "\0", "longer-word-without-end", "\u{1d11e}", "\t", "🇩🇪🇫🇷"]
        let kinds: [TextEntity.Kind] = [.bold, .code, .pre(language: "c"), .textLink(url: "u"), .blockquote(isExpandable: true), .spoiler]
        for seed in 0..<150 {
            var dice = Dice(UInt64(seed))
            var text = MessageText()
            for _ in 0..<Int.random(in: 1...250, using: &dice) {
                let piece = (0..<Int.random(in: 1...4, using: &dice)).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &dice)] }
                    .joined()
                text +=
                    Bool.random(using: &dice)
                    ? MessageText(piece) : MessageText(piece, kinds[Int.random(in: 0..<kinds.count, using: &dice)])
            }
            _ = check(text, limit: Int.random(in: 12...300, using: &dice))
        }
    }

    @Test func moreThanAHundredEntitiesLoseFormattingNotText() {
        let text = (0..<300).map { MessageText.bold("b\($0)") }.joined(separator: " ")
        #expect(check(text).map(\.entities.count) == [100])
    }
}

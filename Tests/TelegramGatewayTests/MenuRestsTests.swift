import Testing

@testable import TelegramGateway

@Suite struct MenuRestsTests {
    private static func change(_ chat: Int64) -> ChatMenus.Change {
        .init(place: .init(bot: 1, chat: chat, topic: nil), commands: [], digest: "")
    }

    @Test("chats whose menus failed come after the others, the last to fail at the end, until theirs is set")
    func order() {
        var rests = MenuRests()
        let changes = (1...4).map { Self.change($0) }
        func order() -> [Int64] { rests.inOrder(changes).map(\.place.chat) }
        #expect(order() == [1, 2, 3, 4])
        rests.begin(.seconds(60), at: changes[0].place, at: .now)
        #expect(order() == [2, 3, 4, 1])
        #expect(rests.rests(1, at: .now) && !rests.rests(2, at: .now))
        rests.begin(.seconds(60), at: changes[1].place, at: .now)
        rests.begin(.seconds(60), at: changes[0].place, at: .now)
        #expect(order() == [3, 4, 2, 1])
        rests.noteDone(changes[1].place)
        #expect(order() == [2, 3, 4, 1])
    }
}

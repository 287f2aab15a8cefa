import HTTPClient
import TelegramBot
import Testing

@testable import TelegramGateway

@Suite("After a failure of which nobody knows what came of it") struct FailedCallTests {
    private static func item(_ action: OutgoingCall.Action, isRepeatable: Bool = true, faults: Int = 0, failures: Int = 0) -> OutboxItem {
        let call = OutgoingCall(action, "text", isRepeatable: isRepeatable)
        var item = OutboxItem(id: 1, bot: 1, chat: 7, lane: .results, call: call, document: nil)
        (item.faults, item.failures) = (faults, failures)
        return item
    }

    @Test("an answer waits for a server that is down, however long", arguments: [404, 502, 503, 521])
    func outage(status: Int) {
        let error = BotAPIError.server(status: status, description: "")
        #expect(!error.mayBeOwnFault)
        var item = Self.item(.post, failures: 1000)
        #expect(item.step(after: error, isNewMessage: true) == .again)
        item.isRepetition = true
        #expect(item.step(after: error, isNewMessage: true) == .again)
        #expect(Self.item(.edit(message: 3), failures: 1000).step(after: error, isNewMessage: false) == .again)
        #expect(Self.item(.post, isRepeatable: false).step(after: error, isNewMessage: true) == .unknown)
    }

    @Test("what may be the text's own fault ends: an edit is dropped, an answer repeated once more")
    func ownFault() {
        let error = BotAPIError.server(status: 500, description: "")
        let last = OutboxItem.triesOfFaulty
        #expect(error.mayBeOwnFault)
        #expect(Self.item(.edit(message: 3), faults: last - 1).step(after: error, isNewMessage: false) == .again)
        #expect(Self.item(.edit(message: 3), faults: last).step(after: error, isNewMessage: false) == .never)
        // What another fault had been before does not count.
        #expect(Self.item(.edit(message: 3), faults: 1, failures: 1000).step(after: error, isNewMessage: false) == .again)
        #expect(Self.item(.post, faults: last - 1).step(after: error, isNewMessage: true) == .again)
        var item = Self.item(.post, faults: last)
        #expect(item.step(after: error, isNewMessage: true) == .once)
        item.isRepetition = true
        #expect(item.step(after: error, isNewMessage: true) == .unknown)
    }

    @Test(
        "an answer whose own answer was lost is repeated once, and an edit until it is done",
        arguments: [BotAPIError.transport(.init(.maybeSent, .staleConnection)), .server(status: 504, description: "")])
    func lost(error: BotAPIError) {
        var item = Self.item(.post)
        #expect(item.step(after: error, isNewMessage: true) == .once)
        item.isRepetition = true
        #expect(item.step(after: error, isNewMessage: true) == .unknown)
        #expect(Self.item(.edit(message: 3), faults: 100, failures: 100).step(after: error, isNewMessage: false) == .again)
    }
}

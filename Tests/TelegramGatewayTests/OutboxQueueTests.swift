import HubCore
import TelegramBot
import Testing

@testable import TelegramGateway

/// What goes when, on a clock of the test's own: minutes pass at once.
@Suite struct OutboxQueueTests {
    private static let step = Duration.milliseconds(250)

    private static func edit(_ slot: String, _ id: Int64, chat: Int64, lane: SendLane = .live) -> OutboxItem {
        var call = OutgoingCall(.show, MessageText("text \(id)"))
        call.slot = slot
        return OutboxItem(id: id, bot: 1, chat: chat, lane: lane, call: call, document: nil, isEphemeral: lane == .live)
    }

    private static func answer(_ id: Int64, chat: Int64) -> OutboxItem {
        OutboxItem(id: id, bot: 1, chat: chat, lane: .answers, call: OutgoingCall(.post, "answer"), document: nil)
    }

    @Test("of many live messages each gets its turn, however fast the others change", arguments: [77 as Int64, -77])
    func turns(chat: Int64) {
        var queue = OutboxQueue(limits: .telegram, at: .zero)
        let tails = 20
        var (id, now, drawn) = (0 as Int64, Duration.zero, [String: Int]())
        // Each is drawn anew in every step, so that a newer one is there before the older went.
        while now < .seconds(300) {
            for tail in 0..<tails {
                id += 1
                queue.add(Self.edit("tail/\(tail)", id, chat: chat))
            }
            queue.wakeDue(at: now)
            while let item = queue.take(at: now) {
                drawn[item.call.slot ?? "", default: 0] += 1
                // The newest of its place.
                #expect(item.id > id - Int64(tails))
                queue.finish(chat)
            }
            now += Self.step
        }
        #expect(drawn.count == tails)
        let (least, most) = (drawn.values.min() ?? 0, drawn.values.max() ?? 0)
        #expect(most - least <= 1, "from \(least) to \(most) edits")
    }

    private static func take(_ slot: String, _ id: Int64, chat: Int64) -> OutboxItem {
        var call = OutgoingCall(.take, MessageText("text \(id)"))
        call.slot = slot
        return OutboxItem(id: id, bot: 1, chat: chat, lane: .answers, call: call, document: nil)
    }

    private static func takes(_ item: OutboxItem?) -> Bool? {
        guard let item else { return nil }
        if case .take = item.call.action { return true }
        return false
    }

    @Test("what overtakes a new message that waits is that message; what comes while it is under way edits it, unless it fails")
    func overtaken() {
        var queue = OutboxQueue(limits: .none, at: .zero)
        let chat = 77 as Int64
        queue.add(Self.take("tail", 1, chat: chat))
        queue.add(Self.edit("tail", 2, chat: chat, lane: .answers))
        let first = queue.take(at: .zero)
        #expect(first?.id == 2 && Self.takes(first) == true)
        queue.add(Self.edit("tail", 3, chat: chat, lane: .answers))
        queue.finish(chat)
        #expect(Self.takes(queue.take(at: .zero)) == false)
        queue.finish(chat)
        // Whichever of the two comes here first.
        queue.add(Self.edit("tail", 5, chat: chat, lane: .answers))
        queue.add(Self.take("tail", 4, chat: chat))
        let second = queue.take(at: .zero)
        #expect(second?.id == 5 && Self.takes(second) == true)
        queue.add(Self.edit("tail", 6, chat: chat, lane: .answers))
        #expect(second.map { queue.putBack($0) } == false)
        let third = queue.take(at: .zero)
        #expect(third?.id == 6 && Self.takes(third) == true)
        // Refused for good.
        queue.add(Self.edit("tail", 16, chat: chat, lane: .answers))
        if let third { queue.giveUp(third) }
        #expect(Self.takes(queue.take(at: .zero)) == true)
        queue.finish(chat)
        // A live message is stored nowhere, and stands in for nothing.
        queue.add(Self.take("tail", 17, chat: chat))
        let fourth = queue.take(at: .zero)
        queue.add(Self.edit("tail", 18, chat: chat))
        #expect(fourth.map { queue.putBack($0) } == true)
        let fifth = queue.take(at: .zero)
        #expect(fifth?.id == 17 && Self.takes(fifth) == true)
        queue.finish(chat)
        #expect(queue.take(at: .zero) == nil)
    }

    @Test("in a group live edits and cards stay within 20 a minute, an answer goes at once, and a decision does not wait long")
    func budget() {
        var queue = OutboxQueue(limits: .telegram, at: .zero)
        let chat = -77 as Int64
        var (id, now, edits, waited) = (0 as Int64, Duration.zero, [Duration](), Duration.zero)
        var decisionSince: Duration?
        for step in 0..<2400 {
            now = Self.step * step
            for tail in 0..<5 {
                id += 1
                queue.add(Self.edit("tail/\(tail)", id, chat: chat))
            }
            id += 1
            queue.add(Self.edit("card/\(step % 7)", id, chat: chat, lane: .cards))
            let asks = step % 20 == 0
            if asks {
                id += 1
                queue.add(Self.answer(id, chat: chat))
            }
            if step % 300 == 150 {
                id += 1
                queue.add(Self.edit("decision", id, chat: chat, lane: .decisions))
                decisionSince = now
            }
            queue.wakeDue(at: now)
            var isFirst = true
            while let item = queue.take(at: now) {
                if asks && isFirst { #expect(item.lane == .answers) }
                isFirst = false
                if item.kind == .edit { edits.append(now) }
                if item.lane == .decisions, let since = decisionSince { (waited, decisionSince) = (max(waited, now - since), nil) }
                queue.finish(chat)
            }
            #expect(!asks || !isFirst)
        }
        #expect(waited <= .seconds(4) && decisionSince == nil)
        // In every minute, wherever it begins.
        for (index, begin) in edits.enumerated() {
            #expect(edits[index...].prefix { $0 < begin + .seconds(60) }.count <= 20)
        }
        #expect(edits.count >= 150, "the budget is used")
    }

    @Test("of a chat that hears no more news, what waits, is under way or comes late is dropped, and answers and secrets are not")
    func noMoreNews() {
        var queue = OutboxQueue(limits: .none, at: .zero)
        let chat = -77 as Int64
        var secret = OutgoingCall(.post, "secret")
        secret.vanishesAfter = 60
        queue.add(Self.edit("decision", 1, chat: chat, lane: .decisions))
        let underWay = queue.take(at: .zero)
        #expect(underWay?.id == 1)
        queue.add(Self.edit("card", 2, chat: chat, lane: .cards))
        queue.add(Self.answer(3, chat: chat))
        queue.add(OutboxItem(id: 4, bot: 1, chat: chat, lane: .results, call: secret, document: nil))
        queue.add(Self.edit("card", 5, chat: 77, lane: .cards))
        queue.endNews(in: chat, upTo: 8)
        let isQueuedAgain = underWay.map { queue.putBack($0) }
        #expect(isQueuedAgain == false)
        queue.add(Self.edit("late", 6, chat: chat, lane: .cards))
        queue.add(Self.edit("later", 9, chat: chat, lane: .cards))
        var sent: [Int64] = []
        while let item = queue.take(at: .zero) {
            sent.append(item.id)
            queue.finish(item.chat)
        }
        #expect(sent.sorted() == [3, 4, 5, 9])
        #expect(queue.count == 0)
    }
}

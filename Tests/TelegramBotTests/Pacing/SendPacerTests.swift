import Testing

@testable import TelegramBot

@Suite struct SendPacerTests {
    private let person: Int64 = 5
    private let group: Int64 = -100

    private func request(_ chat: Int64?, _ lane: SendLane, _ kind: SendKind = .message) -> SendPacer.Request {
        .init(chat: chat, lane: lane, kind: kind)
    }

    /// Sends whatever may go during `span`, asking in steps of 100 ms, and returns how many went.
    private func sends(_ request: SendPacer.Request, _ pacer: inout SendPacer, from start: Duration = .zero, during span: Duration) -> Int {
        var (now, count) = (start, 0)
        while now < start + span {
            while pacer.mayGo(request, at: now) {
                pacer.sent(request, at: now)
                count += 1
            }
            now += .milliseconds(100)
        }
        return count
    }

    @Test func aPrivateChatGetsThreeAtOnceAndThenOneASecond() {
        var pacer = SendPacer(at: .zero)
        #expect(sends(request(person, .cards), &pacer, during: .milliseconds(1)) == 3)
        #expect(pacer.earliest(for: request(person, .cards), at: .zero) == .seconds(1))
        #expect(sends(request(person, .cards), &pacer, from: .milliseconds(100), during: .seconds(10)) == 10)
    }

    @Test func aGroupGetsTwentyAMinuteOfWhichFourAreKeptForDecisions() {
        var pacer = SendPacer(at: .zero)
        let cards = sends(request(group, .cards), &pacer, during: .seconds(60))
        #expect(cards == 16)
        let next = sends(request(group, .cards), &pacer, from: .seconds(60), during: .seconds(60))
        #expect((15...16).contains(next))
        #expect(pacer.mayGo(request(group, .decisions), at: .seconds(120)))
        let decisions = sends(request(group, .decisions), &pacer, from: .seconds(120), during: .seconds(60))
        #expect((18...20).contains(decisions))
    }

    @Test func decisionsFindRoomWhileCardsFillTheirShare() {
        var pacer = SendPacer(at: .zero)
        var (now, decisions): (Duration, Int) = (.zero, 0)
        while now < .seconds(300) {
            if pacer.mayGo(request(group, .cards), at: now) { pacer.sent(request(group, .cards), at: now) }
            if now > .seconds(60), pacer.mayGo(request(group, .decisions), at: now), now.components.seconds % 15 == 0 {
                pacer.sent(request(group, .decisions), at: now)
                decisions += 1
            }
            now += .milliseconds(500)
        }
        #expect(decisions >= 16, "four a minute at the least")
    }

    @Test func editsHaveABudgetOfTheirOwn() {
        var pacer = SendPacer(at: .zero)
        _ = sends(request(group, .live, .edit), &pacer, during: .seconds(60))
        #expect(!pacer.mayGo(request(group, .live, .edit), at: .seconds(57)))
        #expect(pacer.mayGo(request(group, .cards), at: .seconds(60)))
        #expect(pacer.mayGo(request(group, .live, .other), at: .seconds(60)))
    }

    @Test func answersWaitForNoBucketButAreCounted() {
        var pacer = SendPacer(at: .zero)
        for _ in 0..<30 {
            #expect(pacer.mayGo(request(group, .answers), at: .zero))
            pacer.sent(request(group, .answers), at: .zero)
        }
        #expect(!pacer.mayGo(request(group, .decisions), at: .zero))
        // What answers took beyond the budget is owed, but not for ever.
        #expect(pacer.mayGo(request(group, .decisions), at: .seconds(20)))
    }

    @Test func allChatsTogetherGetTwentyFiveASecond() {
        var pacer = SendPacer(at: .zero)
        var count = 0
        for chat in 1...100 where pacer.mayGo(request(Int64(chat), .results), at: .zero) {
            pacer.sent(request(Int64(chat), .results), at: .zero)
            count += 1
        }
        #expect(count == 25)
        #expect(pacer.earliest(for: request(77, .results), at: .zero) == .milliseconds(40))
    }

    @Test func aRefusalFreezesItsChatAndMakesItSlower() {
        var (pacer, dice) = (SendPacer(at: .zero), Dice(1))
        pacer.throttled(request(person, .cards), for: 30, at: .zero, using: &dice)
        let free = pacer.earliest(for: request(person, .answers), at: .zero)
        #expect(free > .seconds(30) && free <= .seconds(31))
        #expect(pacer.freeze(of: person, at: .zero) == free)
        #expect(pacer.mayGo(request(6, .live), at: .zero), "other chats go on")
        #expect(pacer.mayGo(request(nil, .answers, .other), at: .zero))
        #expect(sends(request(person, .cards), &pacer, from: free, during: .seconds(20)) == 3 + 9)
        #expect(sends(request(person, .cards), &pacer, from: .seconds(700), during: .seconds(20)) == 3 + 19)
    }

    @Test func aRefusalWithoutAChatOrInTwoChatsFreezesTheBot() {
        var (pacer, dice) = (SendPacer(at: .zero), Dice(2))
        pacer.throttled(request(nil, .answers, .other), for: 5, at: .zero, using: &dice)
        #expect(!pacer.mayGo(request(person, .answers), at: .seconds(5)))
        #expect(pacer.mayGo(request(person, .answers), at: .seconds(6)))
        pacer.throttled(request(1, .cards), for: 5, at: .seconds(10), using: &dice)
        #expect(pacer.mayGo(request(3, .answers), at: .seconds(10)))
        pacer.throttled(request(2, .cards), for: 5, at: .milliseconds(10_900), using: &dice)
        #expect(!pacer.mayGo(request(3, .answers), at: .seconds(11)))
        #expect(pacer.mayGo(request(3, .answers), at: .seconds(17)))
    }

    @Test func withoutLimitsOnlyARefusalCounts() {
        var (pacer, dice) = (SendPacer(limits: .none, at: .zero), Dice(3))
        for _ in 0..<1000 { pacer.sent(request(group, .live, .edit), at: .zero) }
        #expect(pacer.mayGo(request(group, .live, .edit), at: .zero))
        pacer.throttled(request(group, .live, .edit), for: 2, at: .zero, using: &dice)
        #expect(!pacer.mayGo(request(group, .live, .edit), at: .seconds(2)))
    }

    @Test func theTimeNamedIsTheTimeAtWhichItGoes() {
        var (pacer, dice) = (SendPacer(at: .zero), Dice(4))
        var now: Duration = .zero
        for _ in 0..<500 {
            let chats = [person, group, 6, -7]
            let next = request(
                chats[Int.random(in: 0..<4, using: &dice)], SendLane.allCases[Int.random(in: 0..<5, using: &dice)],
                Bool.random(using: &dice) ? .edit : .message)
            let time = pacer.earliest(for: next, at: now)
            #expect(time >= now && pacer.mayGo(next, at: time))
            now = time
            pacer.sent(next, at: now)
        }
    }
}

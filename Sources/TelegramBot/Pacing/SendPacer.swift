/// What one bot may send when. A value without a clock: `now` is a duration since any fixed moment, and the same moment throughout.
///
/// Telegram documents about one message a second in a chat, twenty a minute in a group, thirty a second in all, and nothing else
/// (https://core.telegram.org/bots/faq). The buckets here are therefore hints; a 429 is the truth, and freezes what it names. The caller asks
/// for its most urgent lane first, sends what may go, and tells what it sent: ``earliest(for:at:)``, ``sent(_:at:)``, ``throttled(_:for:at:using:)``.
package struct SendPacer: Sendable {
    package enum Limits: String, Sendable {
        case telegram
        /// No buckets: for a server without limits. A 429 freezes all the same.
        case none
    }

    package struct Request: Sendable, Hashable {
        /// `nil` for calls that name no chat.
        package let chat: Int64?
        package let lane: SendLane
        package let kind: SendKind

        package init(chat: Int64?, lane: SendLane, kind: SendKind) { (self.chat, self.lane, self.kind) = (chat, lane, kind) }
    }

    package let limits: Limits
    private var overall: TokenBucket
    private var chats: [Int64: ChatPace] = [:]
    private var frozenUntil: Duration?
    private var lastThrottled: (chat: Int64, at: Duration)?

    package init(limits: Limits = .telegram, at now: Duration) {
        self.limits = limits
        overall = TokenBucket(rate: 25, burst: 25, at: now)
    }

    /// When `request` may go: `now`, or later. Nothing that happens meanwhile makes it earlier.
    package func earliest(for request: Request, at now: Duration) -> Duration {
        let pace = request.chat.flatMap { chats[$0] }
        var time = max(now, frozenUntil ?? now, pace?.frozenUntil ?? now)
        guard limits == .telegram, request.lane != .answers else { return time }
        time = max(time, overall.earliest(for: 1, at: now, factor: 1))
        if let pace { time = max(time, pace.earliest(for: request, at: now)) }
        return time
    }

    package func mayGo(_ request: Request, at now: Duration) -> Bool { earliest(for: request, at: now) <= now }

    /// Counts a call that is being sent.
    package mutating func sent(_ request: Request, at now: Duration) {
        guard limits == .telegram else { return }
        overall.spend(1, at: now, factor: 1)
        guard let chat = request.chat, request.kind != .other else { return }
        withPace(of: chat, at: now) { $0.spend(request, at: now) }
    }

    /// Notes a 429: freezes the chat, or the whole bot where the call named none or another chat was refused within the last second.
    ///
    /// - Parameter seconds: `retry_after`; up to a second of jitter is added.
    package mutating func throttled(
        _ request: Request, for seconds: Int, at now: Duration, using generator: inout some RandomNumberGenerator
    ) {
        let until = now + .seconds(max(seconds, 1)) + .milliseconds(Int.random(in: 50...1000, using: &generator))
        guard let chat = request.chat else {
            frozenUntil = max(until, frozenUntil ?? until)
            return
        }
        if let lastThrottled, lastThrottled.chat != chat, now - lastThrottled.at <= .seconds(1) {
            frozenUntil = max(until, frozenUntil ?? until)
        }
        lastThrottled = (chat, now)
        withPace(of: chat, at: now) { $0.throttle(until: until, at: now) }
    }

    /// Until when nothing at all may go, if it is frozen.
    package func freeze(of chat: Int64?, at now: Duration) -> Duration? {
        [frozenUntil, chat.flatMap { chats[$0]?.frozenUntil }].compactMap(\.self).filter { $0 > now }.max()
    }

    /// How long to leave between two live edits of one message, with `count` live messages in its chat.
    package static func liveInterval(chat: Int64, liveMessages count: Int) -> Duration {
        chat < 0 ? .seconds(3 * max(count, 1)) : .milliseconds(1200)
    }

    private mutating func withPace(of chat: Int64, at now: Duration, _ change: (inout ChatPace) -> Void) {
        if chats[chat] == nil, chats.count >= 1024 {
            // A chat at rest is like one never seen. If none is, those that can wait longest have been idle least: keep them all.
            chats = chats.filter { !$0.value.isAtRest(at: now) }
        }
        change(&chats[chat, default: ChatPace(isGroup: chat < 0, at: now)])
    }
}

import Foundation

/// How fast a bot may be. What Telegram documents: about one message a second in a chat, 20 a minute in a group, 30 a second overall.
package struct Limits: Sendable, Equatable {
    /// Messages in one private chat within a second.
    package var privatePerSecond: Int
    /// Messages in one group within a minute; edits count apart, by the same number.
    package var groupPerMinute: Int
    /// Messages and edits of the bot within a second.
    package var overallPerSecond: Int

    package init(privatePerSecond: Int = 3, groupPerMinute: Int = 20, overallPerSecond: Int = 30) {
        (self.privatePerSecond, self.groupPerMinute, self.overallPerSecond) = (privatePerSecond, groupPerMinute, overallPerSecond)
    }
}

/// Counts calls within sliding windows.
struct Pacing: Sendable {
    enum Class: Sendable { case free, message, edit }

    private enum Window: Hashable {
        case overall(World.Bot.ID)
        case chat(World.Bot.ID, Int64, edits: Bool)
    }

    let limits: Limits?
    private var times: [Window: [Date]] = [:]

    init(limits: Limits?) { self.limits = limits }

    /// Lets a call pass and counts it.
    ///
    /// - Throws: 429 with the whole seconds until it may be repeated; then it does not count.
    mutating func admit(_ pace: Class, bot: World.Bot.ID, chat: Int64?, at now: Date) throws(World.Refusal) {
        guard let limits, pace != .free else { return }
        var windows: [(Window, count: Int, seconds: TimeInterval)] = [(.overall(bot), limits.overallPerSecond, 1)]
        if let chat {
            let window = Window.chat(bot, chat, edits: pace == .edit)
            windows.append(chat < 0 ? (window, limits.groupPerMinute, 60) : (window, limits.privatePerSecond, 1))
        }
        for (window, count, seconds) in windows {
            times[window, default: []].removeAll { $0 <= now.addingTimeInterval(-seconds) }
            guard let recent = times[window], recent.count >= count, let first = recent.first else { continue }
            throw .tooManyRequests(retryAfter: max(1, Int(first.addingTimeInterval(seconds).timeIntervalSince(now).rounded(.up))))
        }
        for (window, _, _) in windows { times[window, default: []].append(now) }
    }
}

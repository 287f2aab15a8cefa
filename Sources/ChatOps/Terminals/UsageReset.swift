import HubCore

/// When a usage limit ends, as the command lines of agents write it: “resets at 3pm”, “try again at 15:30”, “resets in 2h 5m”. Times of
/// day are taken for the nearest such time ahead, in UTC unless they say otherwise, which is all that can be known.
enum UsageReset {
    static func read(_ text: String, at now: Timestamp) -> Timestamp? {
        for line in text.lowercased().split(whereSeparator: \.isNewline).suffix(40).reversed() {
            for mark in ["resets", "reset", "try again", "available again", "retry"] {
                guard let range = line.range(of: mark) else { continue }
                let words = line[range.upperBound...].split { !$0.isLetter && !$0.isNumber && $0 != ":" }.prefix(8).map(String.init)
                if let span = span(words) { return now + .seconds(span) }
                if let minutes = timeOfDay(words) { return next(minutes, after: now) }
            }
        }
        return nil
    }

    /// “in 2h 5m”, “in 90 minutes”.
    private static func span(_ words: [String]) -> Int? {
        guard let start = words.firstIndex(of: "in") ?? words.firstIndex(of: "after") else { return nil }
        var seconds = 0
        var number: Int?
        for word in words[(start + 1)...] {
            let digits = word.prefix { $0.isASCII && $0.isNumber }
            let unit = word.dropFirst(digits.count)
            if !digits.isEmpty { number = digits.count <= 6 ? Int(digits) : nil }
            guard let count = number else { break }
            if unit.isEmpty { continue }
            guard let length = ["d": 86_400, "h": 3600, "m": 60, "s": 1][String(unit.prefix(1))], !unit.hasPrefix("mo") else { break }
            seconds += count * length
            number = nil
        }
        return seconds > 0 && seconds <= 31 * 86_400 ? seconds : nil
    }

    /// “3pm”, “3:30 pm”, “15:30”: minutes of the day.
    private static func timeOfDay(_ words: [String]) -> Int? {
        for (index, word) in words.enumerated() {
            guard word.first?.isNumber == true else { continue }
            let suffix =
                word.hasSuffix("am") || word.hasSuffix("pm") ? String(word.suffix(2)) : index + 1 < words.count ? words[index + 1] : ""
            let clock = word.prefix { $0.isNumber || $0 == ":" }.split(separator: ":").map { Int($0) }
            guard let first = clock.first, let hour = first, clock.count <= 3 else { continue }
            let minute = clock.count > 1 ? clock[1] ?? 60 : 0
            guard minute < 60 else { continue }
            switch suffix {
            case "am" where (1...12).contains(hour): return hour % 12 * 60 + minute
            case "pm" where (1...12).contains(hour): return (hour % 12 + 12) * 60 + minute
            default: if clock.count > 1, hour < 24 { return hour * 60 + minute }
            }
        }
        return nil
    }

    private static func next(_ minutes: Int, after now: Timestamp) -> Timestamp {
        let day: Int64 = 86_400_000
        let midnight = now.milliseconds - (now.milliseconds % day + day) % day
        let today = midnight + Int64(minutes) * 60_000
        return Timestamp(milliseconds: today > now.milliseconds ? today : today + day)
    }
}

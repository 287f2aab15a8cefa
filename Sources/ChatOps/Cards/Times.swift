import HubCore

extension Timestamp {
    /// `12:03 UTC`, with the date if that is not the day of `now`.
    package func words(at now: Timestamp) -> String {
        let text = description
        let (date, clock) = (text.prefix(10), text.dropFirst(11).prefix(5))
        return now.description.prefix(10) == date ? "\(clock) UTC" : "\(date) \(clock) UTC"
    }
}

extension Duration {
    /// `3 min`, `2 h 5 min`, `4 days`.
    package var words: String {
        let seconds = max(0, components.seconds)
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<86_400:
            let minutes = seconds % 3600 / 60
            return minutes == 0 ? "\(seconds / 3600) h" : "\(seconds / 3600) h \(minutes) min"
        default: return seconds < 172_800 ? "1 day" : "\(seconds / 86_400) days"
        }
    }
}

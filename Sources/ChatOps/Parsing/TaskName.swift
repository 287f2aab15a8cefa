import HubCore

/// How somebody names a task in a chat: `#42`, `42`, `web#42`, its UUID, or the beginning of one.
package enum TaskName: Hashable, Sendable {
    case number(Int)
    case qualified(project: String, Int)
    case id(AgentTask.ID)
    /// At least four characters of a UUID, lower case.
    case prefix(String)

    /// `nil` if the text names no task.
    package init?(_ text: some StringProtocol) {
        var text = text.withPlainPunctuation.lowercased()
        while let last = text.last, ".,;:!?)".contains(last) { text.removeLast() }
        if let id = AgentTask.ID(text) {
            self = .id(id)
        } else if let number = text.hasPrefix("#") ? Self.number(text.dropFirst()) : Self.number(text[...], maximumDigits: 7) {
            self = .number(number)
        } else if let hash = text.firstIndex(of: "#"), let number = Self.number(text[text.index(after: hash)...]),
            Project.isName(String(text[..<hash]))
        {
            self = .qualified(project: String(text[..<hash]), number)
        } else if (4..<36).contains(text.utf8.count), text.utf8.enumerated().allSatisfy({ Self.isInUUID($0.element, at: $0.offset) }) {
            self = .prefix(text)
        } else {
            return nil
        }
    }

    /// A name that is no ordinary word either: `dead` may begin a UUID, but in a sentence it does not.
    package init?(inText text: some StringProtocol) {
        self.init(text)
        if case .prefix(let prefix) = self, !prefix.contains(where: \.isNumber) || prefix.utf8.count < 8 { return nil }
    }

    /// Without a `#`, eight digits and more begin a UUID: as many as are shown of one.
    private static func number(_ digits: Substring, maximumDigits: Int = 9) -> Int? {
        guard (1...maximumDigits).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(digits).flatMap { $0 > 0 ? $0 : nil }
    }

    /// Dashes stand in their places, hexadecimal digits in all others.
    private static func isInUUID(_ byte: UInt8, at offset: Int) -> Bool {
        if [8, 13, 18, 23].contains(offset) { return byte == UInt8(ascii: "-") }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

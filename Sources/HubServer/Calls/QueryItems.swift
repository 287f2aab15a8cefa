import Foundation

/// The query of a request's address.
struct QueryItems: Sendable {
    private let items: [String: String]

    init(_ query: String?) {
        guard let query, !query.isEmpty else {
            items = [:]
            return
        }
        var items: [String: String] = [:]
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(parts[0]).removingPercentEncoding else { continue }
            items[name] = parts.count == 2 ? String(parts[1]).removingPercentEncoding ?? String(parts[1]) : ""
        }
        self.items = items
    }

    /// `nil` where it is absent or empty.
    subscript(name: String) -> String? {
        items[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: ``Problem`` with 422
    func int(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(422, "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The words of a comma-separated list.
    ///
    /// - Throws: ``Problem`` with 422 if one is none of those that `Word` lists.
    func words<Word: RawRepresentable & CaseIterable>(_ name: String, _: Word.Type = Word.self) throws(Problem) -> [Word]
    where Word.RawValue == String {
        var words: [Word] = []
        for text in (self[name] ?? "").split(separator: ",") {
            guard let word = Word(rawValue: String(text)) else {
                throw Problem(422, "\(name) must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            words.append(word)
        }
        return words
    }
}

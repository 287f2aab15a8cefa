/// Finds what somebody may have meant.
package enum Spelling {
    /// The nearest of `words`, at most two typing mistakes away, or one that the word begins.
    package static func nearest(to word: String, in words: [String]) -> String? {
        if word.count >= 2, let longer = words.first(where: { $0.hasPrefix(word) }) { return longer }
        let length = word.count
        let allowed = length < 4 ? 1 : 2
        return words.lazy.filter { abs($0.count - length) <= allowed }.map { ($0, distance(word, $0)) }.filter { $0.1 <= allowed }.min {
            $0.1 < $1.1
        }?.0
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
    package static func distance(_ left: String, _ right: String) -> Int {
        // Nobody means a known word by a word this long, and the table would grow with its square.
        guard left.count <= 64, right.count <= 64 else { return .max }
        let (a, b) = (Array(left), Array(right))
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { table[i][0] = i }
        for j in 0...b.count { table[0][j] = j }
        for i in 1...a.count {
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
                }
            }
        }
        return table[a.count][b.count]
    }
}

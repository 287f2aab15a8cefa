import Foundation

/// The paths that a task means to change, within its repository. Two tasks of one repository whose scopes overlap are not run at once.
///
/// A pattern is a path whose parts may hold `*` (any characters), `?` (one character) or be `**` (any number of parts, none included).
/// What ends without a wildcard stands for the file of that name, and for all that lies below it. Every other character stands for itself.
/// Letters match in any case, as they do on the file systems of some servers.
package struct WriteScope: Hashable, Sendable, Codable {
    /// As they were written, sorted; after ``validated()`` without what says nothing (`./`, `/` at either end).
    package let patterns: [String]

    package static let maximumPatterns = 32
    package static let maximumLength = 256
    /// Characters of all patterns together: two scopes are compared in a transaction, with the product of theirs.
    package static let maximumTotalLength = 2048

    package init(_ patterns: some Sequence<String> = []) {
        self.patterns = Set(patterns).sorted()
    }

    package var isEmpty: Bool { patterns.isEmpty }

    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case tooMany(Int)
        case tooLong(String)
        case tooLongTogether(Int)
        case leavesRepository(String)
        case unreadable(String)

        package var description: String {
            switch self {
            case .tooMany(let count): "requires.writes has \(count) patterns, \(WriteScope.maximumPatterns) are allowed"
            case .tooLong(let start): "requires.writes: \(start)… has more than \(WriteScope.maximumLength) characters"
            case .tooLongTogether(let count):
                "the patterns of requires.writes have \(count) characters together, \(WriteScope.maximumTotalLength) are allowed: name folders"
            case .leavesRepository(let pattern): "requires.writes: \(pattern) leads out of the repository: give a path within it"
            case .unreadable(let pattern): "requires.writes: \(pattern) holds a line break or NUL: give a path such as Sources/Web/**"
            }
        }
    }

    /// - Throws: ``Fault`` for the first pattern that breaks a rule.
    package func validated() throws(Fault) -> WriteScope {
        guard patterns.count <= Self.maximumPatterns else { throw .tooMany(patterns.count) }
        let total = patterns.map(\.unicodeScalars.count).reduce(0, +)
        var plain: [String] = []
        for pattern in patterns {
            guard pattern.unicodeScalars.count <= Self.maximumLength else { throw .tooLong(String(pattern.prefix(40))) }
            guard !pattern.contains(where: \.isNewline), !pattern.unicodeScalars.contains("\0") else { throw .unreadable("a pattern") }
            let parts = pattern.split(separator: "/").filter { $0 != "." }
            guard !parts.contains("..") else { throw .leavesRepository(pattern) }
            plain.append(parts.isEmpty ? "**" : parts.joined(separator: "/"))
        }
        guard total <= Self.maximumTotalLength else { throw .tooLongTogether(total) }
        return WriteScope(plain)
    }

    /// The first pair of patterns, ours and the other's, that some path matches both of; `nil` if no path can.
    package func overlap(with other: WriteScope) -> (own: String, other: String)? {
        let (ours, theirs) = (patterns.map(PathPattern.init), other.patterns.map(PathPattern.init))
        for (index, pattern) in ours.enumerated() {
            for (place, their) in theirs.enumerated() where pattern.overlaps(their) { return (patterns[index], other.patterns[place]) }
        }
        return nil
    }
}

/// A pattern in parts, to be compared with another: do they have a path in common?
struct PathPattern {
    private enum Part: Hashable {
        /// `**`
        case anything
        case name([Unicode.Scalar])
    }

    private let parts: [Part]

    init(_ text: String) {
        var parts = text.lowercased().split(separator: "/").map { part in
            part == "**" ? Part.anything : .name(Array(part.precomposedStringWithCanonicalMapping.unicodeScalars))
        }
        if case .name(let signs)? = parts.last, !signs.contains("*"), !signs.contains("?") { parts.append(.anything) }
        self.parts = parts
    }

    func overlaps(_ other: PathPattern) -> Bool {
        // Most scopes differ in a folder that both spell out.
        for (own, theirs) in zip(parts, other.parts) {
            guard case .name(let a) = own, case .name(let b) = theirs else { break }
            for (one, another) in zip(a, b) {
                if one == "*" || another == "*" { break }
                if one != another, one != "?", another != "?" { return false }
            }
        }
        return Self.meet(parts, other.parts, isFree: { $0 == .anything }) { a, b in
            guard case .name(let a) = a, case .name(let b) = b else { return true }
            return Self.meet(a, b, isFree: { $0 == "*" }) { $0 == $1 || $0 == "?" || $1 == "?" }
        }
    }

    /// Whether two sequences have an instance in common, where a free element stands for any number of elements.
    private static func meet<Element>(
        _ a: [Element], _ b: [Element], isFree: (Element) -> Bool, _ isSame: (Element, Element) -> Bool
    ) -> Bool {
        // reachable[j]: the first i elements of a and the first j of b have an instance in common.
        var reachable = [true] + [Bool](repeating: false, count: b.count)
        for j in 0..<b.count where isFree(b[j]) { reachable[j + 1] = reachable[j] }
        for element in a {
            let isFreeHere = isFree(element)
            var next = [Bool](repeating: false, count: b.count + 1)
            next[0] = isFreeHere && reachable[0]
            for j in 0..<b.count {
                if isFreeHere {
                    // Stands for nothing, or swallows one more of the other's elements.
                    next[j + 1] = reachable[j + 1] || next[j]
                } else if isFree(b[j]) {
                    next[j + 1] = next[j] || reachable[j + 1]
                } else {
                    next[j + 1] = reachable[j] && isSame(element, b[j])
                }
            }
            reachable = next
        }
        return reachable[b.count]
    }
}

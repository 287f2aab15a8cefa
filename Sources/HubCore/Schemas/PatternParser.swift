/// Reads the text of a ``Pattern``.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    mutating func parse() throws(Pattern.Fault) -> Pattern.Node {
        let node = try alternatives()
        if let next = peek { throw fault("unexpected \"\(next)\"") }
        return node
    }

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private func fault(_ what: String) -> Pattern.Fault {
        Pattern.Fault(description: "\(what) at character \(position + 1) of the pattern")
    }

    private mutating func alternatives() throws(Pattern.Fault) -> Pattern.Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw fault("groups are nested too deeply") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(Pattern.Fault) -> Pattern.Node {
        var nodes: [Pattern.Node] = []
        while let next = peek, next != "|", next != ")" { nodes.append(try quantified()) }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func quantified() throws(Pattern.Fault) -> Pattern.Node {
        let node = try atom()
        guard let (minimum, maximum) = try quantifier() else { return node }
        if case .assertion = node { throw fault("nothing to repeat") }
        // Greedy or lazy makes no difference to whether there is a match.
        _ = take("?")
        if let next = peek, "*+".unicodeScalars.contains(next) { throw fault("nothing to repeat") }
        return .repeated(node, minimum: minimum, maximum: maximum)
    }

    private mutating func quantifier() throws(Pattern.Fault) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard peek == "{" else { return nil }
        let start = position
        position += 1
        guard let minimum = try number() else {
            position = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = try number() }
        guard take("}") else { throw fault("\"}\" is missing") }
        if let maximum, maximum < minimum { throw fault("the numbers of a repetition are in the wrong order") }
        return (minimum, maximum)
    }

    private mutating func number() throws(Pattern.Fault) -> Int? {
        var digits = ""
        while let next = peek, ScalarSet.digit.contains(next) {
            digits.unicodeScalars.append(next)
            position += 1
        }
        guard !digits.isEmpty else { return nil }
        guard let number = Int(digits), number <= 1000 else { throw fault("a repetition counts to 1000 at most") }
        return number
    }

    private mutating func atom() throws(Pattern.Fault) -> Pattern.Node {
        guard let next = peek else { return .empty }
        position += 1
        switch next {
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case ".": return .set(.dot)
        case "(": return try group()
        case "[": return .set(try characterClass())
        case "\\": return try escape()
        case "*", "+", "?": throw fault("nothing to repeat")
        case "{" where peek.map(ScalarSet.digit.contains) ?? false: throw fault("nothing to repeat")
        default: return .set(.one(next))
        }
    }

    private mutating func group() throws(Pattern.Fault) -> Pattern.Node {
        if take("?") {
            if take("<") {
                guard peek != "=", peek != "!" else { throw fault("look-behind is not supported") }
                while let next = peek, next != ">" {
                    guard ScalarSet.word.contains(next) else { throw fault("a group's name has letters and digits") }
                    position += 1
                }
                _ = take(">")
            } else if !take(":") {
                throw fault("look-ahead and flags are not supported")
            }
        }
        let node = try alternatives()
        guard take(")") else { throw fault("\")\" is missing") }
        return node
    }

    private mutating func escape() throws(Pattern.Fault) -> Pattern.Node {
        if take("b") { return .assertion(.wordBoundary) }
        if take("B") { return .assertion(.noWordBoundary) }
        if let next = peek, ("1"..."9").contains(next) || next == "k" { throw fault("back references are not supported") }
        return .set(try escapedSet())
    }

    /// What a backslash and the next characters stand for.
    private mutating func escapedSet() throws(Pattern.Fault) -> ScalarSet {
        guard let next = peek else { throw fault("nothing follows the backslash") }
        position += 1
        switch next {
        case "d": return .digit
        case "D": return ScalarSet(parts: ScalarSet.digit.parts, isNegated: true)
        case "w": return .word
        case "W": return ScalarSet(parts: ScalarSet.word.parts, isNegated: true)
        case "s": return .space
        case "S": return ScalarSet(parts: ScalarSet.space.parts, isNegated: true)
        case "p", "P": return ScalarSet(parts: [.category(try category())], isNegated: next == "P")
        case "n": return .one("\n")
        case "r": return .one("\r")
        case "t": return .one("\t")
        case "v": return .one("\u{0B}")
        case "f": return .one("\u{0C}")
        case "0": return .one("\0")
        case "x": return .one(try hexadecimal(2))
        case "u":
            guard take("{") else { return .one(try hexadecimal(4)) }
            var digits = 0
            while digits < 6, let next = peek, next != "}", next.properties.isASCIIHexDigit {
                (digits, position) = (digits + 1, position + 1)
            }
            position -= digits
            let scalar = try hexadecimal(digits)
            guard take("}") else { throw fault("\"}\" is missing") }
            return .one(scalar)
        default:
            guard !ScalarSet.word.contains(next) else { throw fault("\"\\\(next)\" is not supported") }
            return .one(next)
        }
    }

    private mutating func category() throws(Pattern.Fault) -> String {
        guard take("{") else { throw fault("\\p needs a category, as in \\p{L}") }
        var name = ""
        while let next = peek, next != "}" {
            name.unicodeScalars.append(next)
            position += 1
        }
        guard take("}"), ScalarSet.categories.contains(name) else {
            throw fault("\\p{\(name.prefix(20))} is not supported, only general categories such as L, Lu or Nd are")
        }
        return name
    }

    private mutating func hexadecimal(_ count: Int) throws(Pattern.Fault) -> Unicode.Scalar {
        let end = position + count
        guard count > 0, end <= scalars.count, scalars[position..<end].allSatisfy(\.properties.isASCIIHexDigit),
            let value = UInt32(String(String.UnicodeScalarView(scalars[position..<end])), radix: 16), let scalar = Unicode.Scalar(value)
        else { throw fault("a character's hexadecimal number was expected") }
        position = end
        return scalar
    }

    private mutating func characterClass() throws(Pattern.Fault) -> ScalarSet {
        let isNegated = take("^")
        var parts: [ScalarSet.Part] = []
        while !take("]") {
            let low = try classMember()
            if peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                let high = try classMember()
                guard let (first, last) = Self.range(low, high), first <= last else { throw fault("the range ends before it begins") }
                parts.append(.range(first, last))
            } else {
                parts.append(low.asPart)
            }
        }
        return ScalarSet(parts: parts, isNegated: isNegated)
    }

    private mutating func classMember() throws(Pattern.Fault) -> ScalarSet {
        guard let next = peek else { throw fault("\"]\" is missing") }
        position += 1
        guard next == "\\" else { return .one(next) }
        if take("b") { return .one("\u{08}") }
        if take("-") { return .one("-") }
        return try escapedSet()
    }

    private static func range(_ low: ScalarSet, _ high: ScalarSet) -> (UInt32, UInt32)? {
        guard case .range(let first, let same)? = low.parts.first, first == same, low.parts.count == 1, !low.isNegated,
            case .range(let last, let alike)? = high.parts.first, last == alike, high.parts.count == 1, !high.isNegated
        else { return nil }
        return (first, last)
    }
}

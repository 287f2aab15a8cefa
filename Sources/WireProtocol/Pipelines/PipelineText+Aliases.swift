import HubCore
import Yams

extension PipelineText {
    /// Most bytes of words in a YAML document, aliases written out.
    private static let maximumBytes = 64 << 20

    /// Looks at what aliases (YAML 1.2, 7.1) make of a document before it is parsed for good: written out a short text may have no end,
    /// or be nested so deep that only letting go of it takes more stack than there is, and both show only when it is too late.
    ///
    /// - Throws: ``WireFault``, and `YamlError` where the text is none
    static func checkAliases(in text: String) throws {
        guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else { return }
        // A word in the place of each alias: so this is the same document with nothing in it shared. No plain word begins with a `*`, and
        // within a word, a tag or a comment letters in its place change nothing.
        let mark = "a\(String(UInt64.random(in: .min ... .max), radix: 36))-"
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "*"), let next = rest.first, isOfName(next) { bytes += mark.utf8 } else { bytes.append(byte) }
        }
        let parser = try Yams.Parser(yaml: String(decoding: bytes, as: UTF8.self))
        guard let root = try parser.singleRoot() else { return }
        // The parser alone holds on to the anchors.
        try withExtendedLifetime(parser) {
            var extents = Extents(mark: mark)
            _ = try extents.extent(of: root)
        }
    }

    /// What the names of anchors are made of, as libyaml has it.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// How much there is in a part, itself included, with its aliases written out.
    private struct Extent {
        var values = 1
        var bytes = 0
        var depth = 0

        mutating func add(_ part: Extent) {
            values += part.values
            bytes += part.bytes
            depth = max(depth, part.depth + 1)
        }
    }

    private struct Extents {
        let mark: String
        private var known: [String: Extent] = [:]

        init(mark: String) { self.mark = mark }

        /// - Throws: ``WireFault`` as soon as it is too much.
        mutating func extent(of node: Node) throws(WireFault) -> Extent {
            var extent = Extent()
            switch node {
            case .scalar(let scalar):
                if let name = name(of: scalar) {
                    guard name.utf8.allSatisfy(isOfName) else {
                        throw WireFault(
                            "line \(node.mark?.line ?? 0): a * before a name stands for another part, and needs a blank behind the name")
                    }
                    // One for something that is not there is the parser's to refuse.
                    return known[name] ?? extent
                }
                extent.bytes = scalar.string.utf8.count
            case .sequence(let items): for item in items { try grow(&extent, by: item) }
            case .mapping(let pairs):
                for (key, item) in pairs {
                    guard let word = key.scalar, name(of: word) == nil else {
                        throw WireFault("line \(key.mark?.line ?? 0): a key must be a word")
                    }
                    extent.bytes += try self.extent(of: key).bytes
                    try grow(&extent, by: item)
                }
            case .alias: break
            }
            if let name = node.anchor?.rawValue { known[name] = extent }
            return extent
        }

        /// The name behind an alias; `nil` for any other word.
        private func name(of scalar: Node.Scalar) -> String? {
            scalar.style == .plain && scalar.string.hasPrefix(mark) ? String(scalar.string.dropFirst(mark.count)) : nil
        }

        private mutating func grow(_ extent: inout Extent, by item: Node) throws(WireFault) {
            extent.add(try self.extent(of: item))
            guard extent.values <= maximumValues else { throw WireFault("the document has more than \(maximumValues) values") }
            guard extent.bytes <= maximumBytes else {
                throw WireFault("with its aliases written out the document has more than \(maximumBytes >> 20) MB")
            }
            guard extent.depth <= JSONValue.maximumDepth else {
                throw WireFault("the document is nested deeper than \(JSONValue.maximumDepth)")
            }
        }
    }
}

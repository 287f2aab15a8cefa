import HubCore
import Yams

extension PipelineText {
    /// Looks at what aliases (YAML 1.2, 7.1) make of a document before it is parsed for good: written out a short text may have no end,
    /// or be nested so deep that only letting go of it takes more stack than there is, and both show only when it is too late.
    ///
    /// - Throws: ``WireFault``, and `YamlError` where the text is none
    static func checkAliases(in text: String) throws {
        guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else { return }
        // A tag may stand where an anchor does; an alias becomes an empty value with a tag; and in words all of them are letters like
        // others. So this is the same document with nothing in it shared, and whoever wrote it cannot know the tags.
        let mark = "!\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let (anchor, alias) = (mark + "a-", mark + "r-")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let name = byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") ? rest.prefix(while: isOfName) : rest.prefix(0)
            guard !name.isEmpty else {
                bytes.append(byte)
                continue
            }
            bytes += (byte == UInt8(ascii: "&") ? anchor : alias).utf8
            bytes += name
            bytes.append(UInt8(ascii: " "))
            rest = rest[name.endIndex...]
        }
        guard let root = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self)) else { return }
        var extents = Extents(anchor: anchor, alias: alias)
        _ = try extents.extent(of: root)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// How many values there are in a part, itself included, and how deep it is nested, with its aliases written out.
    private struct Extent {
        var values = 1
        var depth = 0

        mutating func add(_ part: Extent) {
            values += part.values
            depth = max(depth, part.depth + 1)
        }
    }

    private struct Extents {
        let anchor: String
        let alias: String
        private var known: [Substring: Extent] = [:]

        init(anchor: String, alias: String) { (self.anchor, self.alias) = (anchor, alias) }

        /// - Throws: ``WireFault`` as soon as it is too much.
        mutating func extent(of node: Node) throws(WireFault) -> Extent {
            let tag = node.tag.description
            // One for something that is not there is the parser's to refuse.
            if tag.hasPrefix(alias) { return known[tag.dropFirst(alias.count)] ?? Extent() }
            var extent = Extent()
            switch node {
            case .sequence(let items): for item in items { try grow(&extent, by: item) }
            case .mapping(let pairs):
                for (key, item) in pairs {
                    guard key.scalar != nil, !key.tag.description.hasPrefix(alias) else {
                        throw WireFault("line \(key.mark?.line ?? 0): a key must be a word")
                    }
                    _ = try self.extent(of: key)
                    try grow(&extent, by: item)
                }
            case .scalar, .alias: break
            }
            if tag.hasPrefix(anchor) { known[tag.dropFirst(anchor.count)] = extent }
            return extent
        }

        private mutating func grow(_ extent: inout Extent, by item: Node) throws(WireFault) {
            extent.add(try self.extent(of: item))
            guard extent.values <= maximumValues else { throw WireFault("the document has more than \(maximumValues) values") }
            guard extent.depth <= JSONValue.maximumDepth else {
                throw WireFault("the document is nested deeper than \(JSONValue.maximumDepth)")
            }
        }
    }
}

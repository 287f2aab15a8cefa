/// A JSON pointer (RFC 6901) that grows. Growing costs the same however long it is; it is written out only for who reads it.
struct JSONPointer: Sendable {
    private indirect enum Path: Sendable {
        case root
        case member(String, of: Path)
        case item(Int, of: Path)
    }

    private var path = Path.root

    func appending(_ name: String) -> JSONPointer { JSONPointer(path: .member(name, of: path)) }

    func appending(_ index: Int) -> JSONPointer { JSONPointer(path: .item(index, of: path)) }

    /// The place of another member of the same object.
    func sibling(_ name: String) -> JSONPointer {
        switch path {
        case .root: appending(name)
        case .member(_, let parent), .item(_, let parent): JSONPointer(path: .member(name, of: parent))
        }
    }

    /// In characters (Unicode scalars); what is longer ends in `…`.
    static let maximumText = 200

    /// The pointer as RFC 6901 writes it, of at most ``maximumText`` characters.
    var text: String {
        var parts: [Path] = []
        var rest = path
        while true {
            switch rest {
            case .root: return Self.text(of: parts.reversed())
            case .member(_, let parent), .item(_, let parent):
                parts.append(rest)
                rest = parent
            }
        }
    }

    private static func text(of parts: [Path]) -> String {
        var text = ""
        for part in parts where text.utf8.count <= 4 * maximumText {
            switch part {
            case .root: break
            case .item(let index, _): text += "/\(index)"
            case .member(let name, _):
                text += "/"
                for scalar in name.unicodeScalars.prefix(maximumText + 1) {
                    switch scalar {
                    case "~": text += "~0"
                    case "/": text += "~1"
                    default: text.unicodeScalars.append(scalar)
                    }
                }
            }
        }
        return text.cut(to: maximumText)
    }
}

extension String {
    /// The first `length` characters (Unicode scalars), the last one an ellipsis if that is not all. Looks at no more than these.
    func cut(to length: Int) -> String {
        guard let end = unicodeScalars.index(startIndex, offsetBy: length, limitedBy: unicodeScalars.endIndex),
            end < unicodeScalars.endIndex
        else { return self }
        return String(unicodeScalars[..<unicodeScalars.index(before: end)]) + "…"
    }
}

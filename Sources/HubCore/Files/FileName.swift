/// Names of files that come from elsewhere. Agents join them to a folder unchecked (agent protocol, section 3.5).
package enum FileName {
    /// In bytes of UTF-8, as most file systems have it.
    package static let limit = 200

    /// Whether the name can be joined to a folder's path on any system and stays inside.
    package static func isBare(_ name: String) -> Bool {
        !name.isEmpty && name == bare(name)
    }

    /// The last part of a path, without what a file system would take for something else; `file` if nothing is left.
    package static func bare(_ text: String) -> String {
        let last = text.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        var name = ""
        for scalar in last.unicodeScalars {
            switch scalar.properties.generalCategory {
            // Controls, and marks that make a name read otherwise than it is.
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: continue
            default: name.unicodeScalars.append(#"<>:"|?*"#.unicodeScalars.contains(scalar) ? "_" : scalar)
            }
        }
        name = name.trimmingBlanks
        // Windows drops dots and blanks at the end, so that two names would be one.
        while name.hasSuffix(".") || name.hasSuffix(" ") { name.removeLast() }
        guard !name.isEmpty else { return "file" }
        return shortened(name)
    }

    /// `report.txt` → `report-2.txt`
    package static func numbered(_ name: String, _ number: Int) -> String {
        let (stem, ending) = parts(name)
        return "\(stem)-\(number)\(ending)"
    }

    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > limit else { return name }
        var (stem, ending) = parts(name)
        if ending.utf8.count > 20 { (stem, ending) = (name, "") }
        while stem.utf8.count + ending.utf8.count > limit { stem.removeLast() }
        return stem + ending
    }

    private static func parts(_ name: String) -> (stem: String, ending: String) {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return (name, "") }
        return (String(name[..<dot]), String(name[dot...]))
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

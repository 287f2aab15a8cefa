/// Names that come from elsewhere, made fit for a folder of ours.
enum FileName {
    /// The last part of a path, without control characters and leading dots; `file` if nothing is left.
    static func clean(_ name: String) -> String {
        // A mark on a slash makes another character of it, which for the kernel is a slash all the same.
        let last = name.unicodeScalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? []
        let visible = last.filter { $0.properties.generalCategory != .control }
        let trimmed = String(String.UnicodeScalarView(visible.drop { $0 == "." || $0 == " " }))
        var text = ""
        for character in trimmed where text.utf8.count + character.utf8.count <= 200 {
            text.append(character)
        }
        return text.isEmpty ? "file" : text
    }

    /// `name`, or `name_1`, `name_2` … before its ending, if that is taken.
    static func free(_ name: String, isTaken: (String) -> Bool) -> String {
        guard isTaken(name) else { return name }
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        let (stem, ending) = dot == name.startIndex ? (name[...], "") : (name[..<dot], name[dot...])
        var number = 1
        while isTaken("\(stem)_\(number)\(ending)") { number += 1 }
        return "\(stem)_\(number)\(ending)"
    }
}

import Foundation

/// A body of type `multipart/form-data` (RFC 7578), read as strictly as one file needs it: no text before the first part, no nested parts,
/// no transfer encodings.
struct MultipartForm {
    struct Part: Equatable {
        let name: String
        let filename: String?
        let bytes: Range<Int>
    }

    enum Fault: Error, Equatable {
        case noBoundary, malformed, tooManyParts
    }

    private static let maximumParts = 16
    private static let maximumHead = 8192

    let parts: [Part]

    /// - Throws: ``Fault``
    init(_ body: [UInt8], type: String?) throws(Fault) {
        guard let boundary = Self.boundary(of: type) else { throw .noBoundary }
        let opening = Array("--\(boundary)".utf8)
        guard body.starts(with: opening) else { throw .malformed }
        let delimiter = Array("\r\n".utf8) + opening
        var parts: [Part] = []
        var position = opening.count
        while true {
            switch Self.pair(in: body, at: position) {
            case "--":
                self.parts = parts
                return
            case "\r\n": position += 2
            default: throw .malformed
            }
            guard parts.count < Self.maximumParts else { throw .tooManyParts }
            let limit = min(body.count, position + Self.maximumHead)
            guard let headEnd = Self.find(Array("\r\n\r\n".utf8), in: body, from: position, to: limit) else { throw .malformed }
            let start = headEnd + 4
            // An empty part's delimiter follows its head at once, and shares no line break with it.
            guard let end = Self.find(delimiter, in: body, from: start, to: body.count) else { throw .malformed }
            let (name, filename) = try Self.disposition(String(decoding: body[position..<headEnd], as: UTF8.self))
            parts.append(Part(name: name, filename: filename, bytes: start..<end))
            position = end + delimiter.count
        }
    }

    private static func pair(in body: [UInt8], at position: Int) -> String {
        guard position + 1 < body.count else { return "" }
        return String(decoding: body[position...position + 1], as: UTF8.self)
    }

    private static func find(_ pattern: [UInt8], in body: [UInt8], from start: Int, to end: Int) -> Int? {
        var position = start
        return body.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            while position + pattern.count <= end {
                let room = end - position - pattern.count + 1
                guard let found = memchr(base + position, Int32(pattern[0]), room) else { return nil }
                position = UnsafeRawPointer(found) - base
                if memcmp(base + position, pattern, pattern.count) == 0 { return position }
                position += 1
            }
            return nil
        }
    }

    /// RFC 2046, section 5.1.1: 1 to 70 characters, quoted or not.
    static func boundary(of type: String?) -> String? {
        guard let type else { return nil }
        let fields = parameters(of: type)
        guard fields.value.lowercased() == "multipart/form-data", let boundary = fields.parameters["boundary"] else { return nil }
        let allowed = Set("'()+_,-./:=? ".utf8)
        let isValid = boundary.utf8.allSatisfy { byte in
            allowed.contains(byte) || (byte < 0x80 && Character(Unicode.Scalar(byte)).isLetter)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard (1...70).contains(boundary.utf8.count), isValid, !boundary.hasSuffix(" ") else { return nil }
        return boundary
    }

    private static func disposition(_ head: String) throws(Fault) -> (name: String, filename: String?) {
        var found: (String, String?)?
        for line in head.components(separatedBy: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { throw .malformed }
            guard line[..<colon].lowercased() == "content-disposition" else { continue }
            let fields = parameters(of: String(line[line.index(after: colon)...]))
            guard fields.value.lowercased() == "form-data", let name = fields.parameters["name"], found == nil else { throw .malformed }
            found = (name, fields.parameters["filename"])
        }
        guard let found else { throw .malformed }
        return found
    }

    /// `value; name="text"; other=word`; inside quotes a backslash stands before a quote or another backslash.
    private static func parameters(of header: String) -> (value: String, parameters: [String: String]) {
        var pieces = [""]
        var (isQuoted, isEscaped) = (false, false)
        for character in header {
            if isEscaped {
                pieces[pieces.count - 1].append(character)
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ";", !isQuoted {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(character)
            }
        }
        var parameters: [String: String] = [:]
        for piece in pieces.dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = piece[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
            if parameters[name] == nil {
                parameters[name] = String(piece[piece.index(after: equals)...]).trimmingCharacters(in: .whitespaces)
            }
        }
        return (pieces[0].trimmingCharacters(in: .whitespaces), parameters)
    }
}

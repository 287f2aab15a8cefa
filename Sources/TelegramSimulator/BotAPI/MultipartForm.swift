import Foundation

/// `multipart/form-data` (RFC 7578).
enum MultipartForm {
    struct Part {
        let name: String?
        let fileName: String?
        let mimeType: String
        let bytes: [UInt8]
    }

    static func parts(of bytes: [UInt8], boundary: String) throws(World.Refusal) -> [Part] {
        let data = Data(bytes)
        let malformed = World.Refusal.badRequest("can't parse multipart form")
        let delimiter = Data("--\(boundary)".utf8)
        guard var cursor = data.range(of: delimiter, in: data.startIndex..<data.endIndex)?.upperBound else { throw malformed }
        var parts: [Part] = []
        while !data[cursor...].starts(with: Data("--".utf8)) {
            guard data[cursor...].starts(with: Data("\r\n".utf8)),
                let head = data.range(of: Data("\r\n\r\n".utf8), in: cursor..<data.endIndex),
                let end = data.range(of: Data("\r\n".utf8) + delimiter, in: (head.upperBound - 2)..<data.endIndex)
            else { throw malformed }
            var headers: [String: String] = [:]
            for line in String(decoding: data[cursor..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
            let disposition = HeaderParameters(headers["content-disposition"] ?? "")
            let body = head.upperBound <= end.lowerBound ? data[head.upperBound..<end.lowerBound] : Data()
            parts.append(
                Part(
                    name: disposition["name"], fileName: disposition["filename"],
                    mimeType: headers["content-type"] ?? "application/octet-stream", bytes: Array(body)))
            cursor = end.upperBound
        }
        return parts
    }
}

/// The `name=value` and `name="value"` pairs of a header, after its first token.
struct HeaderParameters {
    private var values: [String: String] = [:]

    init(_ header: String) {
        var rest = header[...]
        guard let first = rest.firstIndex(of: ";") else { return }
        rest = rest[rest.index(after: first)...]
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].trimmingCharacters(in: CharacterSet(charactersIn: "; ")).lowercased()
            rest = rest[rest.index(after: equals)...]
            var value = ""
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let character = rest.popFirst(), character != "\"" {
                    value.append(character == "\\" ? rest.popFirst() ?? character : character)
                }
                rest = rest.firstIndex(of: ";").map { rest[rest.index(after: $0)...] } ?? ""
            } else {
                let end = rest.firstIndex(of: ";") ?? rest.endIndex
                value = rest[..<end].trimmingCharacters(in: .whitespaces)
                rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
            }
            values[name] = value
        }
    }

    subscript(_ name: String) -> String? { values[name] }
}

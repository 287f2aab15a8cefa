import Foundation

/// The parameters of a request as they came: in the query, urlencoded, as JSON or as a multipart form.
struct RequestBody: Sendable {
    struct Upload: Sendable, Equatable {
        let fileName: String
        let mimeType: String
        let bytes: [UInt8]
    }

    enum Value: Sendable, Equatable {
        case text(String)
        case json(JSON)
        case upload(Upload)
    }

    var values: [String: Value] = [:]

    init(query: String?, contentType: String?, bytes: [UInt8]) throws(World.Refusal) {
        try readForm(Array((query ?? "").utf8))
        guard !bytes.isEmpty else { return }
        let type = (contentType ?? "").split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces).lowercased() } ?? ""
        switch type {
        case "application/json":
            guard let members = JSON(parsing: bytes)?.object else { throw .badRequest("can't parse JSON object") }
            for (name, value) in members { values[name] = .json(value) }
        case "application/x-www-form-urlencoded": try readForm(bytes)
        case "multipart/form-data":
            guard let boundary = HeaderParameters(contentType ?? "")["boundary"], !boundary.isEmpty else {
                throw .badRequest("boundary not found")
            }
            for part in try MultipartForm.parts(of: bytes, boundary: boundary) {
                guard let name = part.name else { throw .badRequest("multipart part without a name") }
                if let fileName = part.fileName {
                    values[name] = .upload(Upload(fileName: fileName, mimeType: part.mimeType, bytes: part.bytes))
                } else {
                    guard let text = String(validating: part.bytes, as: UTF8.self) else {
                        throw .badRequest("strings must be encoded in UTF-8")
                    }
                    values[name] = .text(text)
                }
            }
        default: throw .badRequest("unsupported content type")
        }
    }

    /// `a=1&b=%20`; a plus is a space.
    private mutating func readForm(_ bytes: [UInt8]) throws(World.Refusal) {
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(sides[0]), let value = Self.decode(sides.count > 1 ? sides[1] : []) else {
                throw .badRequest("strings must be encoded in UTF-8")
            }
            values[name] = .text(value)
        }
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.endIndex,
                let value = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                index += 3
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
                index += 1
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

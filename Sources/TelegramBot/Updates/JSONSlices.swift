import Foundation

/// Cuts a JSON text into the texts of its members or elements without decoding them, so that one bad value cannot take its neighbours with it.
///
/// It follows brackets and strings only; whether a slice is valid JSON is for its decoder to say. No recursion, so no depth can exhaust the stack.
enum JSONSlices {
    enum Malformed: Error { case notAContainer, truncated, tooDeep }

    /// Deeper nesting than the Bot API ever uses.
    static let depthLimit = 64

    /// The members of an object by their undecoded names; of repeated names the first counts.
    static func members(of json: Data) throws(Malformed) -> [String: Data] {
        var result: [String: Data] = [:]
        for slice in try slices(of: json, opening: UInt8(ascii: "{"), closing: UInt8(ascii: "}")) {
            guard let colon = endOfName(in: slice) else { throw .truncated }
            let name = trimmed(slice[slice.startIndex..<colon]).dropFirst().dropLast()
            let key = String(decoding: name, as: UTF8.self)
            if result[key] == nil { result[key] = trimmed(slice[(colon + 1)...]) }
        }
        return result
    }

    /// The elements of an array, in order.
    static func elements(of json: Data) throws(Malformed) -> [Data] {
        try slices(of: json, opening: UInt8(ascii: "["), closing: UInt8(ascii: "]"))
    }

    private static func slices(of json: Data, opening: UInt8, closing: UInt8) throws(Malformed) -> [Data] {
        let json = trimmed(json)
        guard json.first == opening else { throw .notAContainer }
        var result: [Data] = []
        var (depth, inString, isEscaped) = (0, false, false)
        var start = json.startIndex + 1
        for (index, byte) in zip(json.indices, json) {
            if inString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > depthLimit { throw .tooDeep }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth == 0 else { continue }
                guard byte == closing, index == json.index(before: json.endIndex) else { throw .truncated }
                let last = trimmed(json[start..<index])
                if !last.isEmpty { result.append(last) }
                return result
            case UInt8(ascii: ",") where depth == 1:
                result.append(trimmed(json[start..<index]))
                start = index + 1
            default: break
            }
        }
        throw .truncated
    }

    /// Where the colon after the name of a member is.
    private static func endOfName(in member: Data) -> Data.Index? {
        guard member.first == UInt8(ascii: "\"") else { return nil }
        var isEscaped = false
        var index = member.startIndex + 1
        while index < member.endIndex {
            if isEscaped {
                isEscaped = false
            } else if member[index] == UInt8(ascii: "\\") {
                isEscaped = true
            } else if member[index] == UInt8(ascii: "\"") {
                return member[index...].firstIndex(of: UInt8(ascii: ":"))
            }
            index += 1
        }
        return nil
    }

    private static func trimmed(_ data: Data) -> Data {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        guard let first = data.firstIndex(where: { !isSpace($0) }), let last = data.lastIndex(where: { !isSpace($0) }) else {
            return Data()
        }
        return data[first...last]
    }
}

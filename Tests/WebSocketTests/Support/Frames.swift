import NIOCore

/// Frames as a peer writes them, well-formed or not.
enum Frames {
    static let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]

    /// - Parameters:
    ///   - first: the bits and the opcode.
    ///   - claimed: what the header says of the length, instead of the truth.
    static func frame(_ first: UInt8, _ payload: [UInt8] = [], isMasked: Bool = true, claimed: UInt64? = nil) -> [UInt8] {
        let length = claimed ?? UInt64(payload.count)
        let maskBit: UInt8 = isMasked ? 0x80 : 0
        var bytes = [first]
        switch length {
        case 0..<126: bytes.append(maskBit | UInt8(length))
        case 126...0xFFFF: bytes += [maskBit | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        default: bytes += [maskBit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * UInt64($0))) }
        }
        guard isMasked else { return bytes + payload }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    static func text(_ text: String) -> [UInt8] { frame(0x81, Array(text.utf8)) }
    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] { frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason) }
}

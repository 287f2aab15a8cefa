import NIOCore
import NIOWebSocket

/// Frames as they go over the wire (RFC 6455, section 5.2). Each message is one frame.
enum FrameWriting {
    /// Payloads up to this length are copied behind their header, so that they take one write.
    private static let small = 4096

    /// - Parameter mask: of a client; `nil` for a server.
    /// - Returns: the bytes to write, one after the other.
    static func frame(_ opcode: WebSocketOpcode, _ payload: ByteBuffer, mask: UInt32?) -> [ByteBuffer] {
        let length = payload.readableBytes
        let isJoined = length <= small || mask != nil
        var frame = ByteBuffer()
        frame.reserveCapacity(14 + (isJoined ? length : 0))
        frame.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        if length < 126 {
            frame.writeInteger(maskBit | UInt8(length))
        } else if length <= Int(UInt16.max) {
            frame.writeInteger(maskBit | 126)
            frame.writeInteger(UInt16(length))
        } else {
            frame.writeInteger(maskBit | 127)
            frame.writeInteger(UInt64(length))
        }
        if let mask { frame.writeInteger(mask) }
        guard isJoined else { return [frame, payload] }
        let start = frame.writerIndex
        frame.writeImmutableBuffer(payload)
        if let mask { frame.applyMask(mask, from: start) }
        return [frame]
    }
}

extension ByteBuffer {
    /// Masks, or unmasks, all bytes from `index` on (RFC 6455, section 5.3), eight at a time.
    ///
    /// - Parameter mask: the four bytes of the key as a big-endian number.
    mutating func applyMask(_ mask: UInt32, from index: Int) {
        let word = (UInt64(mask) << 32 | UInt64(mask)).bigEndian
        let offset = index - readerIndex
        withUnsafeMutableReadableBytes { bytes in
            var place = offset
            while place + 8 <= bytes.count {
                bytes.storeBytes(
                    of: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) ^ word, toByteOffset: place, as: UInt64.self)
                place += 8
            }
            var shift: UInt32 = 24
            while place < bytes.count {
                bytes[place] ^= UInt8(truncatingIfNeeded: mask >> shift)
                shift = shift == 0 ? 24 : shift - 8
                place += 1
            }
        }
    }
}

extension WebSocketMaskingKey {
    var number: UInt32 { reduce(0) { $0 << 8 | UInt32($1) } }
}

import NIOCore
import NIOWebSocket

/// Takes frames out of the stream, none longer than a limit that may be raised meanwhile.
///
/// NIO's own decoder keeps one limit for ever; so each frame's length (RFC 6455, section 5.2) is looked at before NIO gets its header.
final class FrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = WebSocketFrame

    /// Longest payload, in bytes.
    var limit: Int
    private let frames = WebSocketFrameDecoder(maxFrameSize: Int(UInt32.max))
    private var isWithinFrame = false

    init(limit: Int) {
        self.limit = limit
    }

    /// - Throws: `NIOWebSocketError`
    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        if !isWithinFrame {
            guard let length = Self.length(atStartOf: buffer) else { return .needMoreData }
            guard length <= UInt64(limit) else { throw NIOWebSocketError.invalidFrameLength }
        }
        let state = try frames.decode(context: context, buffer: &buffer)
        isWithinFrame = state == .needMoreData
        return state
    }

    /// The length that a frame's header claims; `nil` until that much of the header is there.
    private static func length(atStartOf buffer: ByteBuffer) -> UInt64? {
        let start = buffer.readerIndex
        guard let bits = buffer.getInteger(at: start + 1, as: UInt8.self) else { return nil }
        switch bits & 0x7F {
        case 126: return buffer.getInteger(at: start + 2, as: UInt16.self).map(UInt64.init)
        case 127: return buffer.getInteger(at: start + 2, as: UInt64.self)
        case let length: return UInt64(length)
        }
    }
}

@available(*, unavailable)
extension FrameDecoder: Sendable {}

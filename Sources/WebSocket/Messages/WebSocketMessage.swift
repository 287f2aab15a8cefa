import NIOCore

/// One whole message, however many frames it came in.
package enum WebSocketMessage: Hashable, Sendable {
    /// Valid UTF-8; what arrived has been checked, what is sent must be.
    case text(ByteBuffer)
    case binary(ByteBuffer)

    package static func text(_ text: String) -> WebSocketMessage { .text(ByteBuffer(string: text)) }
    package static func binary(_ bytes: some Collection<UInt8>) -> WebSocketMessage { .binary(ByteBuffer(bytes: bytes)) }

    package var payload: ByteBuffer {
        switch self {
        case .text(let payload), .binary(let payload): payload
        }
    }
}

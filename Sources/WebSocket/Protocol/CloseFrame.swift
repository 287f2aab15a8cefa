import NIOCore

/// The payload of a close frame (RFC 6455, section 5.5.1).
struct CloseFrame: Hashable {
    var code: UInt16
    var reason: String

    init(code: UInt16, reason: String) {
        (self.code, self.reason) = (code, reason)
    }

    init(reading payload: ByteBuffer) throws(ProtocolViolation) {
        var payload = payload
        guard payload.readableBytes > 0 else {
            self.init(code: WebSocketCloseCode.noStatus, reason: "")
            return
        }
        guard let code = payload.readInteger(as: UInt16.self), WebSocketCloseCode.isSendable(code) else {
            throw .malformed("a close frame without a valid code")
        }
        guard payload.isUTF8 else { throw .notUTF8 }
        self.init(code: code, reason: String(buffer: payload))
    }

    /// A reason that is too long for a control frame is cut between characters.
    var payload: ByteBuffer {
        guard WebSocketCloseCode.isSendable(code) else { return ByteBuffer() }
        var text = reason
        if text.utf8.count > 123 {
            // One character may be of any length: where no whole one fits, none is sent.
            var length = 0
            text = String(
                text.prefix {
                    length += $0.utf8.count; return length <= 123
                })
        }
        var payload = ByteBuffer()
        payload.writeInteger(code)
        payload.writeString(text)
        return payload
    }
}

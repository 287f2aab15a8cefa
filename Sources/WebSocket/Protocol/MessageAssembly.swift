import NIOCore

/// A rule of RFC 6455 that the peer broke, as it is told to it.
struct ProtocolViolation: Error, Hashable {
    var code: UInt16
    var reason: String

    static func malformed(_ reason: String) -> ProtocolViolation {
        ProtocolViolation(code: WebSocketCloseCode.protocolError, reason: reason)
    }
    static let tooBig = ProtocolViolation(code: WebSocketCloseCode.messageTooBig, reason: "message too big")
    static let notUTF8 = ProtocolViolation(code: WebSocketCloseCode.invalidPayload, reason: "text is not UTF-8")
}

/// Puts the fragments of messages together, within limits (RFC 6455, section 5.4).
struct MessageAssembly {
    private struct Part {
        let isText: Bool
        var payload: ByteBuffer
        var fragments = 1
    }

    private let options: WebSocketOptions
    private var part: Part?

    init(_ options: WebSocketOptions) {
        self.options = options
    }

    /// The first frame of a message.
    ///
    /// - Returns: the message, if the frame is all of it.
    mutating func begin(isText: Bool, _ payload: ByteBuffer, isLast: Bool) throws(ProtocolViolation) -> WebSocketMessage? {
        guard part == nil else { throw .malformed("a message within a message") }
        guard payload.readableBytes <= options.maximumMessage else { throw .tooBig }
        if isLast { return try message(isText, payload) }
        part = Part(isText: isText, payload: payload)
        return nil
    }

    mutating func `continue`(with payload: ByteBuffer, isLast: Bool) throws(ProtocolViolation) -> WebSocketMessage? {
        guard var part else { throw .malformed("a continuation of nothing") }
        // Held once only, so that appending does not copy what is there.
        self.part = nil
        part.fragments += 1
        guard part.fragments <= options.maximumFragments, part.payload.readableBytes + payload.readableBytes <= options.maximumMessage
        else { throw .tooBig }
        part.payload.writeImmutableBuffer(payload)
        if isLast { return try message(part.isText, part.payload) }
        self.part = part
        return nil
    }

    private func message(_ isText: Bool, _ payload: ByteBuffer) throws(ProtocolViolation) -> WebSocketMessage {
        guard isText else { return .binary(payload) }
        guard payload.isUTF8 else { throw .notUTF8 }
        return .text(payload)
    }
}

extension ByteBuffer {
    var isUTF8: Bool {
        withUnsafeReadableBytes { bytes in
            (try? UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span)) != nil
        }
    }
}

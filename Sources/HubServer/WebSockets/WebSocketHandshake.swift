import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The server's side of the opening handshake (RFC 6455, section 4.2).
enum WebSocketHandshake {
    /// Whether the request is one that can be taken.
    static func isWellFormed(_ request: HTTPRequest) -> Bool {
        let fields = request.headerFields
        return request.method == .get && fields.isUpgrade(to: "websocket")
            // 16 bytes in Base64.
            && fields[values: .secWebSocketKey].count == 1 && fields[.secWebSocketKey]?.utf8.count == 24
            && fields[values: .secWebSocketVersion] == ["13"]
            && fields[.transferEncoding] == nil && (fields[.contentLength] ?? "0") == "0"
    }

    /// The whole answer, to be written past the HTTP encoder.
    static func answer(to request: HTTPRequest, on channel: any Channel) -> EventLoopFuture<ByteBuffer> {
        let key = request.headerFields[.secWebSocketKey] ?? ""
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/", headers: ["Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"])
        // NIO knows how the key becomes the answer; nothing else of its upgrader is used.
        let upgrader = NIOWebSocketServerUpgrader { channel, _ in
            channel.eventLoop.makeSucceededFuture([:])
        } upgradePipelineHandler: { channel, _ in
            channel.eventLoop.makeSucceededVoidFuture()
        }
        return upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:]).map { fields in
            var text = "HTTP/1.1 101 Switching Protocols\r\n"
            for (name, value) in fields { text += "\(name): \(value)\r\n" }
            return ByteBuffer(string: text + "\r\n")
        }
    }
}

extension HTTPFields {
    /// Whether this asks for another protocol on this connection; for any if none is named.
    func isUpgrade(to name: String? = nil) -> Bool {
        hasWord("upgrade", in: .connection) && (name.map { hasWord($0, in: .upgrade) } ?? (self[.upgrade] != nil))
    }

    private func hasWord(_ word: String, in name: HTTPField.Name) -> Bool {
        self[values: name].contains { value in
            value.split(separator: ",").contains { $0.lowercased().filter { $0 != " " && $0 != "\t" } == word }
        }
    }
}
